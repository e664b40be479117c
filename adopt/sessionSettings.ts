import type { SettingFacts } from "../access/catalog/facts";
import { wrongInSearchPath } from "../config/tenants";
import { namesSecret } from "../toolkit/secretSetting";

/** A tenant's sessions as the config states them. */
export interface SessionKeys {
    /** The role that the sessions begin as. */
    readonly role?: string;
    readonly searchPath?: readonly string[];
    readonly statementSeconds?: number;
    readonly idleInTransactionSeconds?: number;
    readonly settings: readonly { readonly name: string; readonly value: string }[];
    /** What the config cannot state as it is. */
    readonly differs: readonly string[];
}

const MOST_SECONDS = 86_400;

/** Translates a role's settings in one database, of which those of the role there take precedence over those everywhere. */
export function sessionKeys(all: readonly SettingFacts[], database: string): SessionKeys {
    const found = new Map(
        [...all]
            .filter((one) => one.database === "" || one.database === database)
            .sort((one, other) => Number(one.database !== "") - Number(other.database !== ""))
            .map(({ name, value }) => [name, value]),
    );
    const take = (name: string): string | undefined => {
        const value = found.get(name);
        found.delete(name);
        return value;
    };
    const differs: string[] = [];
    const seconds = (name: string): number | undefined => {
        const value = take(name);
        const ms = value === undefined ? undefined : millisecondsOf(value);
        // 0 is no limit: the longest that the config states comes closest.
        const whole = ms === undefined || ms === 0 ? MOST_SECONDS : Math.min(MOST_SECONDS, Math.ceil(ms / 1000));
        if (value !== undefined && whole * 1000 !== ms) {
            differs.push(`${name} = ${value}: the config states whole seconds from 1 to ${MOST_SECONDS}`);
        }
        return value === undefined ? undefined : whole;
    };
    const role = take("role");
    const path = take("search_path");
    const searchPath = path === undefined ? undefined : pathOf(path);
    const [statementSeconds, idleInTransactionSeconds] = [
        seconds("statement_timeout"),
        seconds("idle_in_transaction_session_timeout"),
    ];
    const stated = searchPath?.filter((schema) => wrongInSearchPath(schema) === undefined);
    if (stated?.length !== searchPath?.length || searchPath?.length === 0) {
        differs.push(
            `search_path = ${path ?? ""}: the config names schemas, none of them empty or with a comma, a quotation mark or a control character`,
        );
    }
    const secret = [...found.keys()].filter(namesSecret);
    differs.push(
        ...secret.map((name) => `${name}: a secret by its name, which is not written here; the program asks for it`),
    );
    return {
        ...(role !== undefined && { role: pathOf(role)[0] ?? role }),
        ...(stated !== undefined && { searchPath: stated }),
        ...(statementSeconds !== undefined && { statementSeconds }),
        ...(idleInTransactionSeconds !== undefined && { idleInTransactionSeconds }),
        settings: [...found].filter(([name]) => !namesSecret(name)).map(([name, value]) => ({ name, value })),
        differs,
    };
}

/** The names in a list, as the catalogs write it: quoted where they need it. */
function pathOf(value: string): string[] {
    return [...value.matchAll(/"((?:[^"]|"")*)"|[^\s,"]+/g)].map(
        ([whole, quoted]) => quoted?.replaceAll('""', '"') ?? whole,
    );
}

/** https://www.postgresql.org/docs/current/config-setting.html#CONFIG-SETTING-NAMES-VALUES: without a unit, milliseconds. */
const UNITS: Readonly<Record<string, number>> = {
    "": 1,
    us: 0.001,
    ms: 1,
    s: 1000,
    min: 60_000,
    h: 3_600_000,
    d: 86_400_000,
};

function millisecondsOf(value: string): number | undefined {
    const [, number = "", unit = ""] = /^\s*([\d.]+)\s*([a-z]*)\s*$/.exec(value) ?? [];
    const factor = UNITS[unit];
    return number === "" || factor === undefined ? undefined : Number(number) * factor;
}
