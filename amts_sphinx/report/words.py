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
    "quality": "How good the machine is",
    "quality_how": "{messages} of {of} texts, compared with what "
    "people wrote; higher is better.",
    "quality_old": "The book has changed since these figures were computed.",
    "independent": "The human translation was made independently of the machine.",
    "post-edited": "The human translation was made by editing drafts of "
    "{engine}, which favours {engine}.",
    "unknown": "It is not known whether the human translation "
    "began as a machine's draft.",
    "kept": "People kept {kept} of the text of these drafts.",
    "system": "System",
    "edit_rate": "Edit rate",
    "leaked": "not comparable",
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
        "quality": "机器译文的质量",
        "quality_how": "共 {of} 段文字，其中 {messages} "
        "段与人工译文作了比较；数值越高越好。",
        "quality_old": "这些数字算出之后，本书又有改动。",
        "independent": "人工译文并非由机器译文修改而成。",
        "post-edited": "人工译文是在 {engine} 的草稿上修改而成的，因此得分偏向 "
        "{engine}。",
        "unknown": "尚不清楚人工译文是否由机器草稿修改而成。",
        "kept": "这些草稿的文字有 {kept} 为译者所保留。",
        "system": "系统",
        "edit_rate": "编辑率",
        "leaked": "不可比较",
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
        "quality": "機器譯文的品質",
        "quality_how": "共 {of} 段文字，其中 {messages} "
        "段與人工譯文作了比較；數值越高越好。",
        "quality_old": "這些數字算出之後，本書又有改動。",
        "independent": "人工譯文並非由機器譯文修改而成。",
        "post-edited": "人工譯文是在 {engine} 的草稿上修改而成的，因此得分偏向 "
        "{engine}。",
        "unknown": "尚不清楚人工譯文是否由機器草稿修改而成。",
        "kept": "這些草稿的文字有 {kept} 為譯者所保留。",
        "system": "系統",
        "edit_rate": "編輯率",
        "leaked": "不可比較",
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
        "quality": "La calidad de la máquina",
        "quality_how": "{messages} de {of} textos, comparados con lo que escribieron "
        "las personas; cuanto más alto, mejor.",
        "quality_old": "El libro ha cambiado desde que se calcularon estas cifras.",
        "independent": "La traducción humana se hizo sin borradores de la máquina.",
        "post-edited": "La traducción humana se hizo corrigiendo borradores de "
        "{engine}, lo que favorece a {engine}.",
        "unknown": "No se sabe si la traducción humana empezó como "
        "borrador de una máquina.",
        "kept": "Las personas conservaron el {kept} del texto de estos borradores.",
        "system": "Sistema",
        "edit_rate": "Tasa de edición",
        "leaked": "no comparable",
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
        "quality": "機械翻訳の品質",
        "quality_how": "全 {of} 件の文章のうち {messages} "
        "件を人手翻訳と比較しました。数値が高いほど良好です。",
        "quality_old": "これらの数値の算出後に本書は変更されています。",
        "independent": "人手翻訳は機械の下訳を使わずに作られました。",
        "post-edited": "人手翻訳は {engine} "
        "の下訳を修正したものであり、{engine} に有利な値になっています。",
        "unknown": "人手翻訳が機械の下訳に基づくかどうかは不明です。",
        "kept": "下訳の文章のうち {kept} がそのまま残されました。",
        "system": "システム",
        "edit_rate": "編集率",
        "leaked": "比較不可",
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
        "quality": "기계 번역의 품질",
        "quality_how": "전체 {of}개 글 가운데 {messages}개를 사람의 번역과 "
        "비교했습니다. 값이 높을수록 좋습니다.",
        "quality_old": "이 수치를 계산한 뒤에 책이 바뀌었습니다.",
        "independent": "사람의 번역은 기계 초벌 번역 없이 만들어졌습니다.",
        "post-edited": "사람의 번역은 {engine}의 초벌 번역을 고친 것이므로 "
        "{engine}에 유리합니다.",
        "unknown": "사람의 번역이 기계 초벌 번역에서 나왔는지는 알 수 없습니다.",
        "kept": "초벌 번역의 글 가운데 {kept}가 그대로 남았습니다.",
        "system": "시스템",
        "edit_rate": "수정률",
        "leaked": "비교 불가",
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
        "quality": "A qualidade da máquina",
        "quality_how": "{messages} de {of} textos, comparados com o que pessoas "
        "escreveram; quanto maior, melhor.",
        "quality_old": "O livro mudou depois que estes números foram calculados.",
        "independent": "A tradução humana foi feita sem rascunhos da máquina.",
        "post-edited": "A tradução humana foi feita corrigindo rascunhos de "
        "{engine}, o que favorece {engine}.",
        "unknown": "Não se sabe se a tradução humana começou como "
        "rascunho de uma máquina.",
        "kept": "As pessoas mantiveram {kept} do texto destes rascunhos.",
        "system": "Sistema",
        "edit_rate": "Taxa de edição",
        "leaked": "não comparável",
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
        "quality": "Makinenin niteliği",
        "quality_how": "{of} metnin {messages} tanesi insan çevirisiyle "
        "karşılaştırıldı; yüksek değer daha iyidir.",
        "quality_old": "Bu değerler hesaplandıktan sonra kitap değişti.",
        "independent": "İnsan çevirisi makine taslağı kullanılmadan yapıldı.",
        "post-edited": "İnsan çevirisi {engine} taslakları düzeltilerek "
        "yapıldı; bu, {engine} lehinedir.",
        "unknown": "İnsan çevirisinin bir makine taslağından "
        "yapılıp yapılmadığı bilinmiyor.",
        "kept": "İnsanlar bu taslakların metninin {kept} kadarını korudu.",
        "system": "Sistem",
        "edit_rate": "Düzeltme oranı",
        "leaked": "karşılaştırılamaz",
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
        "quality": "Chất lượng của máy dịch",
        "quality_how": "{messages} trong {of} đoạn văn được so với bản dịch của "
        "con người; số càng cao càng tốt.",
        "quality_old": "Cuốn sách đã thay đổi sau khi các số liệu này được tính.",
        "independent": "Bản dịch của con người không dựa trên bản nháp của máy.",
        "post-edited": "Bản dịch của con người được sửa từ bản nháp của "
        "{engine}, nên có lợi cho {engine}.",
        "unknown": "Không rõ bản dịch của con người có bắt đầu từ "
        "bản nháp của máy hay không.",
        "kept": "Con người đã giữ lại {kept} văn bản của các bản nháp này.",
        "system": "Hệ thống",
        "edit_rate": "Tỷ lệ chỉnh sửa",
        "leaked": "không so sánh được",
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
