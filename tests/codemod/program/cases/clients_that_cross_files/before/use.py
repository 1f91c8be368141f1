import lib
from lib import (
    client as c0,
    get_client,
    get_client2,
    pair,
    aclient,
    managed,
    Cfg,
    Cfg2,
    NT,
    Registry,
    Given,
    Holder,
    CLIENTS,
    LIST,
    holder,
    Sing,
    inner,
    lam,
    local,
)
from fastapi import Depends

S = ["None"]
c0.get_latest_versions("m01", S)
lib.client.get_latest_versions("m02", S)
get_client().get_latest_versions("m03", S)
get_client2().get_latest_versions("m04", S)
a, b = pair()
a.get_latest_versions("m05", S)


async def f():
    (await aclient()).get_latest_versions("m06", S)


with managed() as m:
    m.get_latest_versions("m07", S)


def g(
    cfg: Cfg, c2: Cfg2, nt: NT, r: Registry, q: "Registry", o: Registry | None = None
):
    cfg.client.get_latest_versions("m08", S)
    cfg.other.get_latest_versions("m09", S)
    c2.client.get_latest_versions("m10", S)
    nt.client.get_latest_versions("m11", S)
    r.client.get_latest_versions("m12", S)
    q.client.get_latest_versions("m13", S)
    o.client.get_latest_versions("m14", S)


Registry().client.get_latest_versions("m15", S)
Registry.create().client.get_latest_versions("m16", S)
Registry.static().client.get_latest_versions("m17", S)
Registry().child().client.get_latest_versions("m18", S)
Registry().cp.get_latest_versions("m19", S)
Given(c0).client.get_latest_versions("m20", S)
Holder.registry.client.get_latest_versions("m21", S)
Holder.clients["a"].get_latest_versions("m22", S)
Holder.lst[0].get_latest_versions("m23", S)
CLIENTS["a"].get_latest_versions("m24", S)
LIST[0].get_latest_versions("m25", S)
holder.registry.client.get_latest_versions("m26", S)
Sing().client.get_latest_versions("m27", S)
inner()().get_latest_versions("m28", S)
lam().get_latest_versions("m29", S)
local.client.get_latest_versions("m30", S)


def route(cl=Depends(get_client)):
    cl.get_latest_versions("m31", S)


for x in LIST:
    x.get_latest_versions("m32", S)
for k, v in CLIENTS.items():
    v.get_latest_versions("m33", S)
Cfg(client=c0).client.get_latest_versions("m34", S)
NT(c0).client.get_latest_versions("m35", S)
NT(c0)[0].get_latest_versions("m36", S)
list(map(lambda z: z.get_latest_versions("m37", S), LIST))
getattr(lib, "client").get_latest_versions("m38", S)
(c1 := get_client()).get_latest_versions("m39", S)


def h():
    global gc
    gc = get_client()


def h2():
    gc.get_latest_versions("m40", S)


class Own(Given):
    def __init__(self):
        super().__init__(get_client())

    def go(self):
        self.client.get_latest_versions("m41", S)


class Own2:
    reg: Registry

    def go(self):
        self.reg.client.get_latest_versions("m42", S)


class Own3:
    def __init__(self, reg: Registry):
        self.reg = reg
        self._c = reg.client

    def go(self):
        self.reg.client.get_latest_versions("m43", S)
        self._c.get_latest_versions("m44", S)


match get_client():
    case cm:
        cm.get_latest_versions("m45", S)
try:
    pass
finally:
    ff = get_client().get_latest_versions
ff("m46", S)
