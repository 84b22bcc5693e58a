"""What is known of this machine for HMRC's fraud-prevention headers, collected just before each request."""

import contextlib
import fcntl
import getpass
import ipaddress
import os
import platform
import socket
import struct
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

from hmrc_pipeline.hmrc.fraud_headers import Machine, for_machine, is_device_id
from hmrc_pipeline.home import Home

__all__ = ["device_id", "headers_of", "this_machine"]

_SIOCGIFADDR = 0x8915


def headers_of(
    home: Home, method: Literal["BATCH_PROCESS_DIRECT", "OTHER_DIRECT"], clock: Callable[[], datetime]
) -> Callable[[], dict[str, str]]:
    """A function that gives the headers of a request leaving now."""
    identity = device_id(home)
    return lambda: for_machine(method, this_machine(identity, clock()), clock())


def device_id(home: Home) -> str:
    """This installation's id: as the settings say, else made once and kept in HOME/device-id."""
    if home.settings.hmrc_device_id:
        return home.settings.hmrc_device_id
    path = home.settings.make_home() / "device-id"
    if not path.exists():
        draft = path.with_name(f".device-id.{os.getpid()}.{uuid.uuid4().hex}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(str(uuid.uuid4()))
        with contextlib.suppress(FileExistsError):  # another process was first: its id stands
            os.link(draft, path)
        draft.unlink()
    text = path.read_text(encoding="ascii").strip()
    if not is_device_id(text):
        raise RuntimeError(f"{path} holds no device id. Delete it, and a new one is made")
    return text


def this_machine(identity: str, now: datetime) -> Machine:
    """This machine as it is now."""
    return Machine(
        device_id=identity,
        local_ips=_local_ips(),
        mac_addresses=_mac_addresses(),
        os_family=platform.system(),
        os_version=platform.release(),
        manufacturer=_board("sys_vendor"),
        model=_board("product_name"),
        os_user=_os_user(),
        utc_offset=now.astimezone(None).utcoffset() or timedelta(0),
        version=_version(),
    )


def _version() -> str:
    try:
        return version("hmrc-pipeline")
    except PackageNotFoundError:
        return "0"


def _os_user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""  # a container's user without a name


def _board(name: str) -> str:
    try:
        return (Path("/sys/class/dmi/id") / name).read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


def _mac_addresses() -> tuple[str, ...]:
    found = []
    for path in sorted(Path("/sys/class/net").glob("*/address")):
        with contextlib.suppress(OSError):
            found.append(path.read_text(encoding="ascii").strip().lower())
    if not found:
        number = uuid.getnode()
        if not number >> 40 & 1:  # otherwise Python made it up
            found.append(":".join(f"{number >> shift & 0xFF:02x}" for shift in range(40, -8, -8)))
    return tuple(dict.fromkeys(mac for mac in found if len(mac) == 17 and mac != "00:00:00:00:00:00"))


def _local_ips() -> tuple[str, ...]:
    found = [*_interface_ips(), *_ipv6()] or _routed_ip()
    plain = (address for address in map(ipaddress.ip_address, found) if not address.is_loopback)
    return tuple(dict.fromkeys(str(address) for address in plain))


def _interface_ips() -> list[str]:
    found = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        for _, name in socket.if_nameindex():
            with contextlib.suppress(OSError):
                packed = fcntl.ioctl(probe.fileno(), _SIOCGIFADDR, struct.pack("256s", name.encode()[:15]))
                found.append(socket.inet_ntoa(packed[20:24]))
    return found


def _ipv6() -> list[str]:
    try:
        lines = Path("/proc/net/if_inet6").read_text(encoding="ascii").splitlines()
    except OSError:
        return []
    return [str(ipaddress.IPv6Address(int(line.split()[0], 16))) for line in lines if line.split()]


def _routed_ip() -> list[str]:
    """The address a packet to the world would leave from; none is sent."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))
        return [str(probe.getsockname()[0])]
    return []
