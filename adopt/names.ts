import { databaseNames, identifierBytes, tenantBytes } from "../components/tenancy/names";
import { wrongDatabaseName } from "../config/validators";

/** Gives logins the names of tenants, each once. */
export class TenantNames {
    private readonly taken: Set<string>;

    /** @param roles the roles that exist: a tenant's new login must not be one of them */
    constructor(roles: Iterable<string>) {
        this.taken = new Set(roles);
    }

    /** A tenant's name for a role of any name: `Größe.API` becomes `grosse_api`. */
    of(role: string): string {
        const loginOf = (name: string) => databaseNames(name).login;
        const name = firstFree(plainOf(role), tenantBytes, (one) => !this.taken.has(loginOf(one)));
        this.taken.add(loginOf(name));
        return name;
    }
}

/** A profile's name for a group: the group's own, if the config takes it. */
export function profileName(group: string, taken: ReadonlySet<string>): string {
    return wrongDatabaseName(group, identifierBytes) === undefined
        ? group
        : firstFree(plainOf(group), identifierBytes, (name) => !taken.has(name));
}

/** The name, with a number at its end if need be. */
function firstFree(base: string, bytes: number, isFree: (name: string) => boolean): string {
    for (let count = 1; ; count++) {
        const ending = count === 1 ? "" : `_${count}`;
        const name = `${cut(base, bytes - ending.length)}${ending}`;
        if (isFree(name)) {
            return name;
        }
    }
}

/** Letters that have no decomposition, as people write them without their sign. */
const LETTERS: Readonly<Record<string, string>> = { ß: "ss", æ: "ae", ø: "o", œ: "oe", ł: "l", đ: "d", þ: "th" };

function plainOf(role: string): string {
    const letters = role
        .toLowerCase()
        .replace(/[ßæøœłđþ]/g, (letter) => LETTERS[letter] ?? letter)
        .normalize("NFKD")
        .replace(/\p{M}/gu, "")
        .replace(/[^a-z0-9_-]+/g, "_")
        .replace(/^[_-]+|[_-]+$/g, "");
    const name = letters === "" ? "tenant" : letters;
    // A namespace is derived from it, and neither may begin like a name of Postgres, RDS or Kubernetes.
    const reserved =
        wrongDatabaseName(cut(name, tenantBytes), tenantBytes) !== undefined || /^(kube-|default$)/.test(name);
    return reserved ? `team_${name}` : name;
}

function cut(name: string, length: number): string {
    return name.slice(0, length).replace(/[_-]+$/, "");
}
