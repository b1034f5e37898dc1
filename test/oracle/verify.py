#!/usr/bin/env python3
"""A verifier of ledgers, written from ledger/README.md alone and knowing none of the project's code.

    verify.py export FILE…     are these exports sound? 0 yes, 1 refused (the first offence of each is printed)
    verify.py vectors DIR      does it agree with every vector? 0 yes, 1 no

and 2 for what cannot be read.

It judges bytes, signatures, chain, head, clock, tree, seals, checkpoints, cosignatures, receipts, proofs, policies,
tiles, evidence, restores, everything that a city does by itself or with others, its books, its state's digests, and
whether rows can be those of a state. It does not judge an export in another form than CBOR, or two logs side by side.

formats.py has the forms, records.py records and evidence, city.py the rules of a city, federations.py and cities.py
those between cities, rows.py rows and digest, vectors.py the comparison."""
import sys
from cities import Cities
from formats import Refused, checkpoint_of, item, open_note, root_of, seal_of, shape
from rows import digest_of

HEADER = '[name cv-export, version 1, origin origin, size uint, hubId bytes 32]'
SEAL = '[sealed bytes ≤ 256, signature bytes ≤ 64]'

class Offence(Exception):
    """Where an export is wrong, at which entry (or after how many), and the refusal's name."""

def offend(where, seq, code): raise Offence(where, seq, code)

def audit(data):
    """The city that an export holds, and its first offence or None."""
    city = Cities()
    try:
        note = read_groups(city, data)
        judge_checkpoint(city, note)
        judge_books(city)
    except Offence as found: return city, found.args
    return city, None

def read_groups(city, data):
    """Takes the records and judges their seals. Answers the checkpoint, which is the last item."""
    if not data: offend('header', 0, 'missing')
    try: header, at = item(data, 0)
    except Refused: header = None
    if not shape(HEADER)(header): offend('header', 0, 'unreadable')
    _, _, origin, size, hub_id = header
    first = 0                   # of the records that have no seal yet
    while True:
        count = len(city.leaves)
        expected = 'seal' if first < count else 'entry' if count < size else 'checkpoint'
        if at == len(data): offend(expected, count, 'missing')
        is_record = data[at] >> 5 == 2
        if is_record and count == size: offend('header', count, 'more-entries')
        try: value, at = item(data, at)
        except Refused: value = None
        if is_record:
            if value is None or len(value) > 65535: offend('entry', count, 'unreadable')
            take(city, value, first)
            if count == 0 and (origin, hub_id) != (city.origin, city.hub_id): offend('header', 0, 'other-log')
        elif expected == 'seal' and shape(SEAL)(value):
            judge_seal(city, value, first)
            first = count
        elif expected != 'seal' and isinstance(value, str) and len(value.encode()) <= 65536:
            if count < size: offend('header', count, 'fewer-entries')
            if at < len(data): offend('checkpoint', count, 'left-over')
            return value
        else: offend(expected, count, 'unreadable')

def take(city, record, first):
    count = len(city.leaves)
    try:
        judge_books(city)
        city.take(record)
    except Refused as refused:
        # The chain does not say which of the two was changed; a seal would have vouched for the earlier one.
        offend('entry', count - (refused.args[0] == 'broken-chain' and first < count), refused.args[0])

def judge_seal(city, value, first):
    count = len(city.leaves)
    try: _, origin, begins, last, root, generation = seal_of(value, city.log_key, city.hub_id)
    except Refused: offend('seal', first, 'bad-seal')
    restores = [size for size, *_ in city.restores]
    if origin != city.origin: offend('seal', first, 'other-log')
    if (begins, last) != (first, count - 1): offend('seal', first, 'wrong-range')
    if root != root_of(city.leaves[first:]): offend('seal', first, 'wrong-root')
    if generation != len(restores) or any(first < size for size in restores): offend('seal', first, 'wrong-generation')

def judge_checkpoint(city, note):
    count, log = len(city.leaves), (city.origin, 1, city.log_key)
    try: text, _ = open_note(note, [log])
    except Refused: offend('checkpoint', count, 'unsigned')
    try: origin, size, root, more = checkpoint_of(text)
    except Refused: offend('checkpoint', count, 'unreadable')
    if more: offend('checkpoint', count, 'unreadable')
    if origin != city.origin: offend('checkpoint', count, 'other-log')
    if size > count: offend('checkpoint', count, 'beyond-the-log')
    if root != root_of(city.leaves[:size]): offend('checkpoint', count, 'wrong-root')
    cosigners = {(f'{card[2]}/{role}', 4, card[field]) for card in city.cards for role, field in (('cosign', 6), ('audit', 7))}
    try: _, by = open_note(note, [log, *cosigners])
    except Refused: offend('cosignature', count, 'unknown-line')
    if len(by) != note[len(text) + 1:].count('\n'): offend('cosignature', count, 'unknown-line')
    for (name, _, _), time in by.items():
        if name.endswith('/audit') and size and time + 300 < city.times[size - 1]: offend('cosignature', count, 'before-the-record')

def judge_books(city):
    if city.leaves and (unit := city.faults()): offend('balances', len(city.leaves) - 1, unit)

def judged(path):
    """Prints the verdict on the export in this file, in a line. Answers the exit code."""
    with open(path, 'rb') as file: city, offence = audit(file.read())
    if offence: print('refused: {} {}: {}'.format(*offence))
    else: print(f'sound: {city.origin}, {len(city.leaves)} records, root {root_of(city.leaves).hex()}, state {digest_of(city).hex()}')
    return 1 if offence else 0

def main(command='', *paths):
    if command == 'export' and paths: return max(map(judged, paths))
    if command == 'vectors' and len(paths) == 1:
        from vectors import compare
        return compare(paths[0])
    print(__doc__)
    return 2

if __name__ == '__main__':
    try: code = main(*sys.argv[1:])
    except OSError as error:
        print(error)
        code = 2
    sys.exit(code)
