import { ATTRIBUTES, POWERS } from "../catalog/facts";
import type { DeclaredServer } from "../databases/declaredServers";
import { Ours } from "../databases/ours";
import { RDS_IAM } from "../../toolkit/serverNames";
import { cell } from "./catalog";
import type { Catalog } from "./catalog";

/** A login on an existing server that is not the stack's. */
export interface LoginFromElsewhere {
    readonly server: string;
    readonly login: string;
    /** `SUPERUSER`, `CREATEROLE`, …: what it may do beyond privileges. */
    readonly attributes: readonly string[];
    /** The roles that it is a member of, directly or not. */
    readonly memberOf: readonly string[];
    /** How it logs in, as far as catalogs say. */
    readonly chain: string;
}

/** A right on an existing server that no resource gives. */
export interface RightFromElsewhere {
    readonly server: string;
    /** A login or a role; `public` for PUBLIC. */
    readonly who: string;
    /** Whether who holds it is the stack's. */
    readonly declared: boolean;
    readonly privilege: string;
    /** `table orders/public.countries` */
    readonly on: string;
    /** Through what: `PUBLIC`, `ownership`, a role with those in between (`auditors → readers`), or `a grant to it`. */
    readonly through: string;
}

/** What an existing server's catalogs give that is not the stack's: listed, and no difference. */
export interface FromElsewhere {
    readonly logins: readonly LoginFromElsewhere[];
    readonly rights: readonly RightFromElsewhere[];
}

export const NOTHING_ELSEWHERE: FromElsewhere = { logins: [], rights: [] };

/** A login that is not the stack's, with what catalogs say of it: no catalog says who has its password or may sign its token. */
export function loginFacts(declared: DeclaredServer, catalog: Catalog, login: string): LoginFromElsewhere {
    const memberOf = [...(catalog.reached.get(`${login} MEMBER`) ?? [])].filter((role) => role !== login);
    const holder = memberOf.includes(RDS_IAM)
        ? "logs in with a token; which IAM principals may sign one is not among the resources"
        : "logs in with a password or a token; who holds it is not among the resources";
    const attributes = catalog.roles.get(login)?.attributes;
    return {
        server: declared.server.key,
        login,
        attributes: POWERS.filter((one) => attributes?.[one] === true).map((one) => ATTRIBUTES[one]),
        memberOf,
        chain:
            login === declared.server.master
                ? `the master; ${holder}`
                : new Ours(declared).named(login)
                  ? `${holder}; the stack names it, and does not manage it`
                  : holder,
    };
}

/** The cells that differ because of others, with what the server says: attempts follow the server. */
export type Corrections = ReadonlyMap<string, boolean>;

/** What attempts are to find where the server differs from the computed by others' doing. */
export function corrected(
    corrections: Corrections,
    login: string,
    what: string,
    on: string,
    computed: boolean,
): boolean {
    return corrections.get(cell(login, what, on)) ?? computed;
}
