"""The telemetry protocol: bytes in, messages out. No radio, no socket, no clock; time is an argument.

frames       length, kind, sequence, CRC: where a message begins and ends on a noisy stream
messages     what is said: canonical CBOR of the pump's commands and their replies
credentials  who may say it: keys, roles, and what each role may ask
handshake    EDHOC: both ends prove who they are, and agree on keys
seal         each message encrypted and counted under those keys
emergency    the one thing that needs no credential: stop, by a key on a card
session      the two ends put together
"""
