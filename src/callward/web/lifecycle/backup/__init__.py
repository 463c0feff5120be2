"""Backups: a snapshot of the rows, the sealed objects, the ledger, and apart from them the one copy of the keys.

A destination is laid out so, and everything but the ledger and the objects (which are ciphertext already) is sealed
under the backup key:

    snapshots/<id>/data, snapshots/<id>/manifest    rows, and what belongs to them; the manifest is written last
    objects/<name>                                  sealed objects under their own random names, each copied once
    ledger/<controller>/...                         tiles and checkpoint of each log, the newest only
    keys/<id>/keys, keys/<id>/web                   wrapped keys and the web secret: only ever the newest copy
"""
