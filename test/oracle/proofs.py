"""What ledger/README.md says can be kept and shown: that a leaf is in a tree, that one tree grew out of another, receipts, tlog-proofs."""
import re
from formats import Refused, base64_of, checkpoint_of, decimal, demand, leaf_of, node, open_note, read, sha
from records import record_of, seal_of

# ---- Paths in trees ----

def climbed(fn, sn, path, *hashes):
    """RFC 9162's walk up a path: what the hashes below become, or None when the path is not of this length."""
    hashes = [*hashes]
    for p in path:
        if sn == 0 or len(p) != 32: return None
        left = fn & 1 or fn == sn
        # What is hashed on its right counts for the larger tree alone.
        hashes = [node(p, h) if left else node(h, p) if i == 0 else h for i, h in enumerate(hashes)]
        while left and fn and not fn & 1: fn, sn = fn >> 1, sn >> 1
        fn, sn = fn >> 1, sn >> 1
    return hashes if sn == 0 else None

def leads(leaf, index, size, path, root):
    """2.1.3.2"""
    return len(leaf) == 32 and 0 <= index < size and climbed(index, size - 1, path, leaf) == [root]

def grew(size1, root1, size2, root2, proof):
    """2.1.4.2"""
    if size1 == size2 or size1 == 0: return not proof and root1 == (root2 if size1 == size2 else sha())
    if size1 > size2 or not proof: return False
    if size1 & size1 - 1 == 0: proof = [root1, *proof]
    fn, sn = size1 - 1, size2 - 1
    while fn & 1: fn, sn = fn >> 1, sn >> 1
    return climbed(fn, sn, proof[1:], proof[0], proof[0]) == [root2, root1]

# ---- Receipts ----

def receipt_of(data, leaf, log_key, hub_id):
    """The seal and the seq of a receipt that holds for this leaf."""
    seal, seq, path = read('Receipt', data)
    _, _, first, last, root, _ = sealed = seal_of(read('Seal', seal), log_key, hub_id)
    demand(leads(leaf, seq - first, last - first + 1, path, root), 'not-in-the-tree')
    return sealed, seq

# ---- Proofs to keep ----

def proof_of(text, keys, record=None, leaf=None, no='not-a-proof'):
    """Checkpoint's origin and size, index, record, and who signed, of a tlog-proof of this record (or leaf) that holds."""
    m = re.fullmatch(r'c2sp\.org/tlog-proof@v1\n(?:extra ([^\n]*)\n)?index ([^\n]*)\n((?:[^\n]+\n){0,64})\n(.+)', text, re.S)
    demand(m and decimal(m[2]), no)
    path, extra = [base64_of(line, no, 32) for line in m[3].split('\n')[:-1]], m[1] if m[1] is None else base64_of(m[1], no)
    record = extra if record is None else record
    demand(leaf or record is not None, 'no-record')
    note, by = open_note(m[4], keys)
    origin, size, root, _ = checkpoint_of(note)
    demand(any(key[1] == 1 and key[0] == origin for key in by), 'not-signed')
    demand(leads(leaf or leaf_of(record), int(m[2]), size, path, root), 'not-in-the-tree')
    return origin, size, int(m[2]), record, by

def kept_proof(text, keys, record=None):
    """Index and who signed, of a proof that holds, and whose record is of that log and number if it is a hub's."""
    origin, _, index, record, by = proof_of(text, keys, record)
    try:
        named = record_of(record)[:2]
    except Refused:
        return index, by
    demand(named == (origin, index), 'other-entry')
    return index, by
