"""Evidence, as ledger/README.md has it: bundles that convict a hub of an offence, each written anew from its parts and compared."""
import re
from formats import README, Refused, base64_of, checkpoint_of, demand, encode, key_point, open_note, read, sha, signed_in, vkey
from proofs import grew, proof_of, receipt_of
from records import origin_of

def hub_checkpoint(note, origin, log_key):
    """Size and root, of a checkpoint that the hub's log key signed."""
    where, size, root, more = checkpoint_of(open_note(note, [(origin, 1, log_key)])[0])
    demand(where == origin and not more, 'not-signed')
    return size, root

SENTENCES = dict(re.findall(r'^ {4}(E[1-6])  (.*)$', README, re.M))
PARTS = {kind: re.findall(r'(?:^|; )`([^`]*)`', parts) for kind, parts, *_ in
         ([row.split('|')[i].strip() for i in (1, 2)] for row in README.split('\n| kind | parts after', 1)[1].split('\n\n', 1)[0].split('\n')[2:])}

def number_of(text, no='bad-evidence'):
    demand(re.fullmatch('0|[1-9][0-9]{0,15}', text) and int(text) < 2**53, no)
    return int(text)

def slot_of(lines, no='bad-evidence'):
    """The federation, the hub and the slot of one place in a chain."""
    demand(len(lines) == 3, no)
    return base64_of(lines[0], no, 32), lines[1], number_of(lines[2])

def evidence_of(data, no='bad-evidence'):
    """Kind, id, hub, hubId and guilty key of a bundle that convicts. It is written anew from its parts and compared."""
    demand(len(data) <= 49152, no)
    try:
        text = data.decode()
    except UnicodeDecodeError:
        raise Refused(no)
    found = re.split(r'^== (.*)\n', text, flags=re.M)
    names, parts = found[1::2], [part.split('\n') for part in found[2::2]]
    kind = (re.match(r'cv-evidence@v1\nkind (E[1-6])\n', text) or [0, ''])[1]
    demand(kind and names == ['genesis', *PARTS[kind]] and all(part.pop() == '' for part in parts) and len(parts[0]) == 1, no)
    genesis = base64_of(parts[0][0], no)
    hub_id, hub, log_key, order_key = sha(genesis), origin_of(genesis), *read('Genesis', genesis, no)[7:9]
    guilty = hub, log_key
    def bound(lines):
        demand(len(lines) == 2, no)
        sealed, seq = receipt_of(base64_of(lines[0], no), leaf := base64_of(lines[1], no, 32), log_key, hub_id)
        demand(sealed[1] == hub, no)
        return sealed[5], seq, leaf
    def note(lines): return hub_checkpoint('\n'.join([*lines, '']), hub, log_key)
    if kind == 'E1':
        (g, s, a), (*at, b) = bound(parts[1]), bound(parts[2])
        numbers, hashes, says, holds = [g, s], sorted([a, b]), dict(g=g, s=s), [g, s] == at and a != b
    elif kind == 'E4':
        (g, s, a), b, proof = bound(parts[1]), base64_of(parts[2][0], no, 32), '\n'.join([*parts[2][1:], ''])
        _, n, index, _, _ = proof_of(proof, [(hub, 1, log_key)], leaf=b)
        hub_checkpoint(proof.split('\n\n', 1)[1], hub, log_key)
        numbers, hashes, says, holds = [g, s], [a, b], dict(s=s, n=n), index == s and a != b and '\nextra ' not in proof
    elif kind == 'E5':
        fed, chain, s = slot_of(parts[1])
        (a, at), (b, by) = ([base64_of(line, no) for line in part] for part in parts[2:])
        place = chain.encode() + b'\0' + s.to_bytes(8, 'big')
        demand(all(len(i) == 32 and signed_in(order_key, 'order', fed, place + i, word) for i, word in ((a, at), (b, by))), no)
        guilty = hub + '/order', order_key
        numbers, hashes, says, holds = [s], [fed, *sorted([a, b])], dict(s=s), a != b and chain == hub
    elif kind == 'E6':
        card, word = [base64_of(line, no) for line in parts[1]]
        _, card_id, card_hub, _, _, card_log, *keys, _ = read('Card', card, no)
        demand([card_id, card_hub, card_log] == [hub_id, hub, log_key] and signed_in(log_key, 'card', hub_id, card, word), no)
        demand(all(map(key_point, [log_key, *keys])) and len({log_key, *keys}) == 6, no)
        fed, chain, s = slot_of(parts[2])
        guilty, found_in = (hub + '/vote', keys[3]), []
        for epoch, order, vote in parts[3:]:
            order = base64_of(order, no, 32)
            payload = chain.encode() + b'\0' + s.to_bytes(8, 'big') + number_of(epoch).to_bytes(8, 'big') + order
            demand(signed_in(keys[3], 'vote', fed, payload, base64_of(vote, no)), no)
            found_in.append(order)
        a, b = found_in
        numbers, hashes, says, holds = [s], [fed, sha(chain.encode()), *sorted([a, b])], dict(s=s, h=chain), a != b
    else:
        (n, a), (m, b) = note(parts[1]), note(parts[2])
        numbers, hashes, says, holds = [n], sorted([a, b]), dict(n=n), n == m and a != b
        if kind == 'E3':
            root, *path = [base64_of(line, no, 32) for line in parts[3]]
            numbers, hashes, says, holds = [n, m], [a, b], dict(n=n, m=m), n < m and grew(n, root, m, b, path) and root != a
    demand(holds, no)
    offence = sha(b'cv/evidence\0', encode([kind, hub_id, numbers, hashes]))
    head = ['cv-evidence@v1', f'kind {kind}', f'hub {hub}', f'hubId {hub_id.hex()}', f'key {vkey(guilty[0], 1, guilty[1])}', f'id {offence.hex()}',
            re.sub('<(.)>', lambda m: str(says[m[1]]), SENTENCES[kind]),
            'Check it with a program you trust, and compare the hubId with the one on the hub’s card.', '', '']
    demand('\n'.join(head) == found[0], no)
    return kind, offence, hub, hub_id, guilty[1]
