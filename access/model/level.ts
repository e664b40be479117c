import type { ObjectKind, Privilege } from "../postgres/serverState";
import type { Right } from "../postgres/rights";

/** Levels of access to data; each includes the risks of the lower ones. */
export enum Level {
    /** May connect, use a schema, call a function, use a sequence: no data yet. */
    Use,
    Read,
    Write,
    /** May create objects. */
    Create,
    /** May alter, drop and grant. */
    Own,
    /** Full control of the server. */
    Administer,
}

/** The levels in messages: `may … shop.orders`. */
export const LEVEL_VERBS: Readonly<Record<Level, string>> = {
    [Level.Use]: "use",
    [Level.Read]: "read",
    [Level.Write]: "write",
    [Level.Create]: "create in",
    [Level.Own]: "own",
    [Level.Administer]: "administer",
};

const WRITES: ReadonlySet<Privilege> = new Set(["INSERT", "UPDATE", "DELETE", "TRUNCATE", "TRIGGER"]);

/** The level that corresponds to a privilege on a kind of object. */
export function levelOfPrivilege(kind: ObjectKind, privilege: Privilege): Level {
    if (privilege === "CREATE") {
        return Level.Create;
    }
    if (kind !== "table" && kind !== "column") {
        return Level.Use;
    }
    return privilege === "SELECT" ? Level.Read : WRITES.has(privilege) ? Level.Write : Level.Use;
}

export const levelOf = {
    administrator(readOnly: boolean): Level {
        return readOnly ? Level.Read : Level.Administer;
    },
    right({ login, object, uses, owns }: Right, readOnly: boolean): Level {
        const levels = [...uses.keys()].map((privilege) => levelOfPrivilege(object.kind, privilege));
        // Owning one's own future objects adds nothing to the right to create them.
        const own = object.future === true && object.owner === login ? Level.Create : Level.Own;
        const level: Level = owns !== undefined ? own : Math.max(...levels);
        return readOnly && level > Level.Read ? (levels.includes(Level.Read) ? Level.Read : Level.Use) : level;
    },
};
