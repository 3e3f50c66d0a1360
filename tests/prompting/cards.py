"""Small cards made on the spot."""

from anchoring.scope.card import Cue, Limits, Role, Scope, Voice


def cue(cue_id: str, *phrases: str, **more) -> Cue:
    values = {"surface": f"says {cue_id}", "subtext": f"means {cue_id}"} | more
    return Cue(id=cue_id, phrases={"en": phrases} if phrases else {}, **values)


def scope(*cues: Cue, scope_id: str = "test-scope", **more) -> Scope:
    values = {
        "title": "Test",
        "domain": "work",
        "community": "Clerks of one office",
        "practice": "writing notes",
        "setting": "before noon",
        "language": "ja",
        "roles": (Role(role="clerk", stands_toward="the head", stakes="the job"), Role(role="head", stakes="calm")),
        "limits": Limits(stops_applying=("after noon",)),
        "voice": Voice.MAY_DRAFT,
    }
    return Scope(id=scope_id, cues=cues, **(values | more))
