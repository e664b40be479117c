import { databaseOf, databaseTypes, familyOf } from "../database";
import type { Database, Setting } from "../database";
import { isUnknown } from "../plain";
import type { Finding, Rule } from "../rule";

/** What a rule about one setting of a database asks for. */
interface Wanted {
    readonly name: string;
    readonly description: string;
    readonly severity: Rule["severity"];
    /** What is the matter when the setting is not as wanted, and what to write. */
    readonly fault: string;
    readonly fix: (argument: string) => string;
    /** Which databases the rule is about. */
    readonly applies: (database: Database) => boolean;
    readonly setting: (database: Database) => Setting;
    /** Whether a known value is as wanted; `unknown` when a part of it is not known yet. */
    readonly holds: (value: unknown) => boolean | "unknown";
}

/** Makes a rule that holds one setting of every database. */
export function settingRule(wanted: Wanted): Rule {
    const judge = (database: Database): Finding[] => {
        const { argument, value } = wanted.setting(database);
        const holds = isUnknown(value) ? "unknown" : wanted.holds(value);
        if (holds === true) {
            return [];
        }
        const fix = wanted.fix(argument);
        return holds === "unknown" ? [{ fault: `${argument} is not known yet`, fix: `${fix}; it is judged when it is known`, unproven: true }] : [{ fault: wanted.fault, fix }];
    };
    return {
        name: wanted.name,
        description: wanted.description,
        severity: wanted.severity,
        remediation: `${wanted.description}: set the argument that the finding names.`,
        parameters: {},
        types: databaseTypes,
        judge: (resource) => {
            const database = databaseOf(resource);
            return database === undefined || !wanted.applies(database) ? [] : judge(database);
        },
    };
}

/** The databases that can authenticate with IAM, the members of a cluster apart: they take it from the cluster. */
export function authenticates({ kind, engine, copy }: Database): boolean {
    // The engine of a copy may be left out.
    return kind !== "member" && (familyOf(engine) !== undefined || (copy && engine === undefined));
}
