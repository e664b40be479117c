import { databaseOf, databaseTypes, familyOf } from "../resources/database";
import type { Database, Setting } from "../resources/database";
import { isUnknown } from "../resources/unknownValues";
import type { Finding, Rule } from "../resources/rule";

/** What a rule about one database setting requires. */
interface Wanted {
    readonly name: string;
    readonly description: string;
    readonly severity: Rule["severity"];
    /** The fault if the setting does not comply, and the fix. */
    readonly fault: string;
    readonly fix: (argument: string) => string;
    /** Whether the rule applies to a database. */
    readonly applies: (database: Database) => boolean;
    readonly setting: (database: Database) => Setting;
    /** Whether a known value complies; `unknown` if a part of it is not known yet. */
    readonly holds: (value: unknown) => boolean | "unknown";
}

/** Creates a rule that checks one setting of every database. */
export function settingRule(wanted: Wanted): Rule {
    const judge = (database: Database): Finding[] => {
        const { argument, value } = wanted.setting(database);
        const holds = isUnknown(value) ? "unknown" : wanted.holds(value);
        if (holds === true) {
            return [];
        }
        const fix = wanted.fix(argument);
        return holds === "unknown"
            ? [
                  {
                      fault: `${argument} is not known yet`,
                      fix: `${fix}; the rule checks the value once it is known`,
                      unproven: true,
                  },
              ]
            : [{ fault: wanted.fault, fix }];
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

/** Whether a database can authenticate with IAM; cluster instances inherit the setting from the cluster. */
export function authenticates({ kind, engine, copy }: Database): boolean {
    // A copy may omit its engine.
    return kind !== "member" && (familyOf(engine) !== undefined || (copy && engine === undefined));
}
