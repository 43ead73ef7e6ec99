"""The few words of the status page, in the languages they have been written for."""

from __future__ import annotations

from collections.abc import Mapping

from amts_sphinx.text.units import Origin

_ENGLISH = {
    "title": "Translation status",
    "summary": "People translated {human} of the {total} characters of this book "
    "as they stand now.",
    "pages": "Pages",
    "page": "Page",
    "size": "Characters",
    "to_do": "To do",
    "revise": "Sentences to revise",
    "revise_how": "Their source has changed since people translated them.",
    Origin.HUMAN: "human",
    Origin.STALE: "stale",
    Origin.MACHINE: "machine",
    Origin.UNTRANSLATED: "untranslated",
    Origin.FAILED: "failed",
}
_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": _ENGLISH,
    "zh": {
        "title": "翻译状态",
        "summary": "全书共 {total} 个字符，其中 {human} 的现有原文已由人工翻译。",
        "pages": "各页情况",
        "page": "页面",
        "size": "字符数",
        "to_do": "待译",
        "revise": "待修订的句子",
        "revise_how": "这些句子译出之后，原文又有改动。",
        Origin.HUMAN: "人工翻译",
        Origin.STALE: "已过时",
        Origin.MACHINE: "机器翻译",
        Origin.UNTRANSLATED: "未翻译",
        Origin.FAILED: "失败",
    },
    "zh-TW": {
        "title": "翻譯狀態",
        "summary": "全書共 {total} 個字元，其中 {human} 的現有原文已由人工翻譯。",
        "pages": "各頁情況",
        "page": "頁面",
        "size": "字元數",
        "to_do": "待譯",
        "revise": "待修訂的句子",
        "revise_how": "這些句子譯出之後，原文又有改動。",
        Origin.HUMAN: "人工翻譯",
        Origin.STALE: "已過時",
        Origin.MACHINE: "機器翻譯",
        Origin.UNTRANSLATED: "未翻譯",
        Origin.FAILED: "失敗",
    },
    "es": {
        "title": "Estado de la traducción",
        "summary": "Del texto actual del libro ({total} caracteres), las personas han "
        "traducido el {human}.",
        "pages": "Páginas",
        "page": "Página",
        "size": "Caracteres",
        "to_do": "Pendiente",
        "revise": "Frases por revisar",
        "revise_how": "Su original ha cambiado desde que se tradujeron.",
        Origin.HUMAN: "humana",
        Origin.STALE: "desactualizada",
        Origin.MACHINE: "automática",
        Origin.UNTRANSLATED: "sin traducir",
        Origin.FAILED: "fallida",
    },
    "ja": {
        "title": "翻訳の状況",
        "summary": "本書の現在の原文 {total} 文字のうち {human} が人の手で"
        "翻訳されています。",
        "pages": "ページ別の状況",
        "page": "ページ",
        "size": "文字数",
        "to_do": "残り",
        "revise": "見直しが必要な文",
        "revise_how": "翻訳されたあとで原文が変更された文です。",
        Origin.HUMAN: "人手翻訳",
        Origin.STALE: "要更新",
        Origin.MACHINE: "機械翻訳",
        Origin.UNTRANSLATED: "未翻訳",
        Origin.FAILED: "失敗",
    },
    "ko": {
        "title": "번역 현황",
        "summary": "이 책의 현재 원문 {total}자 중 {human}를 사람이 번역했습니다.",
        "pages": "페이지별 현황",
        "page": "페이지",
        "size": "글자 수",
        "to_do": "남은 양",
        "revise": "고쳐야 할 문장",
        "revise_how": "번역된 뒤에 원문이 바뀐 문장입니다.",
        Origin.HUMAN: "사람 번역",
        Origin.STALE: "갱신 필요",
        Origin.MACHINE: "기계 번역",
        Origin.UNTRANSLATED: "미번역",
        Origin.FAILED: "실패",
    },
    "pt": {
        "title": "Situação da tradução",
        "summary": "Do texto atual do livro ({total} caracteres), {human} foram "
        "traduzidos por pessoas.",
        "pages": "Páginas",
        "page": "Página",
        "size": "Caracteres",
        "to_do": "A fazer",
        "revise": "Frases a rever",
        "revise_how": "O original mudou depois de traduzidas.",
        Origin.HUMAN: "humana",
        Origin.STALE: "desatualizada",
        Origin.MACHINE: "automática",
        Origin.UNTRANSLATED: "sem tradução",
        Origin.FAILED: "falhou",
    },
    "tr": {
        "title": "Çeviri durumu",
        "summary": "Kitabın bugünkü metninin ({total} karakter) {human} kadarını "
        "insanlar çevirdi.",
        "pages": "Sayfalar",
        "page": "Sayfa",
        "size": "Karakter",
        "to_do": "Kalan",
        "revise": "Gözden geçirilecek cümleler",
        "revise_how": "Çevrildikten sonra kaynakları değişti.",
        Origin.HUMAN: "insan",
        Origin.STALE: "eskimiş",
        Origin.MACHINE: "makine",
        Origin.UNTRANSLATED: "çevrilmemiş",
        Origin.FAILED: "başarısız",
    },
    "vi": {
        "title": "Tình trạng bản dịch",
        "summary": "Trong {total} ký tự của nguyên bản hiện tại, {human} đã được con "
        "người dịch.",
        "pages": "Các trang",
        "page": "Trang",
        "size": "Số ký tự",
        "to_do": "Còn lại",
        "revise": "Các câu cần xem lại",
        "revise_how": "Nguyên bản đã thay đổi sau khi các câu này được dịch.",
        Origin.HUMAN: "người dịch",
        Origin.STALE: "đã cũ",
        Origin.MACHINE: "máy dịch",
        Origin.UNTRANSLATED: "chưa dịch",
        Origin.FAILED: "lỗi",
    },
}


def words(code: str) -> Mapping[str, str]:
    """The words for a language (Amazon Translate code); English where none exist."""
    return _WORDS.get(code) or _WORDS.get(code.partition("-")[0]) or _ENGLISH
