import type { AccessPath } from "../model/cell";
import type { Datum } from "../model/datum";
import type { Level } from "../model/level";
import type { Identity } from "../chain/link";
import type { ResourceChange } from "./resources";
import type { Risk } from "./risk";

/** What one identity gains or loses on one piece of data. */
export interface Change {
    readonly direction: "gained" | "lost";
    readonly identity: Identity;
    readonly datum: Datum;
    /** The gained or lost privileges, including `OWNER` and `EVERYTHING` (an administrator's). */
    readonly privileges: readonly string[];
    readonly level: Level;
    /** The access paths that carry those privileges: after the change when gained, before it when lost. */
    readonly paths: readonly AccessPath[];
    readonly causes: readonly ResourceChange[];
    /** Reasons for a closer review, worst first; empty when lost. */
    readonly risks: readonly Risk[];
}
