import type { AccessPath } from "../model/cell";
import type { Datum } from "../model/datum";
import type { Level } from "../model/level";
import type { Identity } from "../model/link";
import type { ResourceChange } from "./resources";
import type { Risk } from "./risk";

/** What one identity can newly do with one piece of data, or no longer. */
export interface Change {
    readonly direction: "gained" | "lost";
    readonly identity: Identity;
    readonly datum: Datum;
    /** The privileges that came or went; `OWNER` and `EVERYTHING` (an administrator's) among them. */
    readonly privileges: readonly string[];
    readonly level: Level;
    /** The access paths that carry those privileges: after the change when gained, before it when lost. */
    readonly paths: readonly AccessPath[];
    readonly causes: readonly ResourceChange[];
    /** Why to look twice, worst first; empty when lost. */
    readonly risks: readonly Risk[];
}
