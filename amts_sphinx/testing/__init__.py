"""What tests and demonstrations need in place of what is far away or costs money.

Nothing of the rest of the package imports from here.  ``standin`` speaks the protocol
of the cloud service on this machine, so that the very client that asks Amazon is tried
without an account, with every fault that a network or an engine can have.
"""
