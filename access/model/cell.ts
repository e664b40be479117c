import type { Code } from "../postgres/foreignCode";
import type { Right } from "../postgres/rights";
import type { Chain } from "./chains";
import type { Datum } from "./datum";
import type { Level } from "./level";
import type { Identity, State } from "../chain/link";

/** One access path of an identity to data: a chain to a login, and what the login may do. */
export interface AccessPath {
    readonly chain: Chain;
    /** Of the chain and the right together; never `missing`. */
    readonly state: State;
    /** Whether something decides that is not among the resources, and that no deployment supplies. */
    readonly elsewhere: boolean;
    /** Undefined for an administrator, who may do everything on the server, for a login of which nothing is known, and for replication. */
    readonly right?: Right;
    /** Nothing among the resources says what the login may do: it is defined elsewhere, or not known yet. */
    readonly unlisted?: true | undefined;
    /** What lets the login read every change by logical replication, and nothing else. */
    readonly replicates?: string | undefined;
    readonly level: Level;
    /** Where reads would run foreign code with the login's privileges. */
    readonly runs?: readonly Code[] | undefined;
}

/** What one identity may do with one piece of data. */
export interface Cell {
    readonly identity: Identity;
    readonly datum: Datum;
    /** The highest level that any path allows. */
    readonly level: Level;
    readonly paths: readonly AccessPath[];
}

/** A right that a login has but cannot use. */
export interface Blocked {
    readonly chain: Chain;
    readonly right: Right;
}
