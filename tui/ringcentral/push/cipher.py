"""Decrypts notifications: AES-128 in ECB mode with PKCS#7 padding, base64 on the outside, UTF-8 JSON inside.

Source: the platform's former guide to PubNub notifications and the code of its SDKs. The key is the base64 text of the
subscription's `encryptionKey`, used as it is: PubNub's own encryption hashes keys, so it cannot be used.
"""

import base64
import binascii
from collections.abc import Sequence

from Crypto.Cipher import AES
from Crypto.Util.Padding import unpad

from tui.ringcentral.wire import LARGEST_MESSAGE, Undecodable, decode

KEY_BYTES = 16


def decrypt(message: str, key: str) -> bytes:
    """The plain bytes of an encrypted notification.

    Args:
        message: The whole PubNub message, base64.
        key: The subscription's key, base64.

    Raises:
        Undecodable: The message, or the key, is not what it should be.
    """
    if len(message) > LARGEST_MESSAGE:
        raise Undecodable(f"{len(message):,} characters are more than any notification has")
    try:
        raw_key = base64.b64decode(key, validate=True)
        if len(raw_key) != KEY_BYTES:
            raise Undecodable("the subscription's key has the wrong length")
        cipher = AES.new(raw_key, AES.MODE_ECB)
        return unpad(cipher.decrypt(base64.b64decode(message, validate=True)), AES.block_size)
    except (binascii.Error, ValueError) as error:
        raise Undecodable("a notification that cannot be decrypted") from error


def plain(payload: object, keys: Sequence[str]) -> object:
    """The JSON of a PubNub message: as it came where it is plain, else by the first key that fits.

    Args:
        payload: The message as PubNub's client gives it.
        keys: The subscription's keys, base64, the newest first; empty ones are passed over.

    Raises:
        Undecodable: No key fits, or what comes out is no JSON.
    """
    if not isinstance(payload, str):
        return payload
    problem = Undecodable("an encrypted notification, and no key to it")
    for key in filter(None, keys):
        try:
            text = decrypt(payload, key)
        except Undecodable as error:
            problem = error
            continue
        try:
            return decode(text, LARGEST_MESSAGE)
        except Undecodable:  # a wrong key can look right
            problem = Undecodable("a notification that is no JSON")
    raise problem
