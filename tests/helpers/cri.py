"""The CRI's messages as lies use them, and a real runtime that remembers what it was asked."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from faults.lie import NAME, State

if TYPE_CHECKING:
    from faults.lie import Runtime


class Message(SimpleNamespace):
    """A message with the fields that it was made with; ``DESCRIPTOR`` has its name."""

    def __init__(self, kind: str, **fields: Any) -> None:
        super().__init__(DESCRIPTOR=SimpleNamespace(name=kind), **fields)

    def HasField(self, name: str) -> bool:  # noqa: N802 # protobuf's
        """Return whether a field was set."""
        return getattr(self, name, None) is not None

    def ClearField(self, name: str) -> None:  # noqa: N802 # protobuf's
        """Unset a field."""
        setattr(self, name, None)


def status(name: str, state: State, identity: str = "", **fields: Any) -> Message:
    """Return a container's status; its id is its name where none is given."""
    known = {"created_at": 1, "started_at": 0, "finished_at": 0, "exit_code": 0, "reason": "", "labels": {NAME: name}}
    return Message("ContainerStatus", **{**known, "id": identity or name, "state": int(state), **fields})


@dataclass
class Asked:
    """The real runtime: what it was asked, and the status of each container, by id."""

    asked: list[tuple[str, Any]] = field(default_factory=list)
    statuses: dict[str, Message] = field(default_factory=dict)

    def create(self, runtime: Runtime, name: str, sandbox: str = "sandbox", **config: Any) -> str:
        """Have a container made; return its id."""
        metadata = SimpleNamespace(name=name, attempt=config.pop("attempt", 0))
        pod = SimpleNamespace(metadata=SimpleNamespace(name=config.pop("pod", "pod")))
        made = SimpleNamespace(metadata=metadata, **config)
        request = Message("", pod_sandbox_id=sandbox, config=made, sandbox_config=pod)
        return str(self.call(runtime, "CreateContainer", request).container_id)

    def start(self, runtime: Runtime, identity: str) -> Any:
        """Have a container started."""
        return self.call(runtime, "StartContainer", Message("", container_id=identity))

    def status(self, runtime: Runtime, identity: str) -> Message:
        """Return what is said of a container."""
        response = self.call(runtime, "ContainerStatus", Message("", container_id=identity))
        return response.status  # type: ignore[no-any-return]

    def started(self) -> list[str]:
        """Return the ids of the containers that were really started, in order."""
        return [identity for method, identity in self.asked if method == "StartContainer"]

    def call(self, runtime: Runtime, method: str, request: Any) -> Any:
        """Return what the runtime makes of a call."""
        return asyncio.run(runtime.answer(method, request, _Ask(self, method)))


class _Ask:
    def __init__(self, real: Asked, method: str) -> None:
        self._real = real
        self._method = method

    async def __call__(self, request: Any) -> Any:
        real = self._real
        real.asked.append((self._method, getattr(request, "container_id", request)))
        if self._method == "CreateContainer":
            identity = f"{request.config.metadata.name}-{request.config.metadata.attempt}"
            name, sandbox = request.config.metadata.name, request.pod_sandbox_id
            real.statuses[identity] = status(name, State.CREATED, identity, pod_sandbox_id=sandbox)
            return Message("", container_id=identity)
        if self._method == "StartContainer":
            real.statuses[request.container_id].state = int(State.RUNNING)
        if self._method == "ContainerStatus":
            return Message("", status=Message("ContainerStatus", **_fields(real.statuses[request.container_id])))
        if self._method == "ListContainers":
            return Message("", containers=[Message("Container", **_fields(each)) for each in real.statuses.values()])
        return self.response()

    async def other(self, method: str, **fields: Any) -> Any:
        return await _Ask(self._real, method)(Message("", **fields))

    def response(self) -> Any:
        return Message("")


def _fields(message: Message) -> dict[str, Any]:
    return {name: value for name, value in vars(message).items() if name != "DESCRIPTOR"}
