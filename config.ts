import * as pulumi from "@pulumi/pulumi";
import { allConfig } from "@pulumi/pulumi/runtime";
import { lastingProblems, type Outputs } from "./config/lasting";
import { SettingsError } from "./config/problems";
import { parseSettings, type Settings } from "./config/settings";

export { SettingsError, type Problem } from "./config/problems";
export { databaseRoleOf, engineOf, existingDatabaseOf, parseSettings, type Settings } from "./config/settings";
export type { PlatformSettings } from "./config/platform";
export { ownTrail } from "./config/alarms";
export type { AccessSettings, TenantSettings } from "./config/access";

/**
 * Reads the config of the stack that runs. All of the project's keys are looked at, not only the known ones, so that a
 * mistyped key is found.
 *
 * @throws pulumi.RunError that lists all problems at once
 */
export function readSettings(): Settings {
    const prefix = `${pulumi.getProject()}:`;
    const config = new pulumi.Config();
    const keys = Object.keys(allConfig()).filter((key) => key.startsWith(prefix));
    const values = Object.fromEntries(
        keys.map((key) => key.slice(prefix.length)).map((key) => [key, read(config, key)]),
    );
    try {
        return parseSettings(values, Date.now(), new pulumi.Config("aws").get("region"));
    } catch (error) {
        throw error instanceof SettingsError ? new pulumi.RunError(error.message) : error;
    }
}

/**
 * Fails if a setting differs from a deployed one that cannot change.
 *
 * @throws pulumi.RunError that lists all of them
 */
export function refuseLastingChanges(settings: Settings, deployed: Outputs, another?: Outputs): void {
    const problems = lastingProblems(settings, deployed, another);
    if (problems.length > 0) {
        throw new pulumi.RunError(new SettingsError(problems).message);
    }
}

/** The engine hands groups and lists on as JSON, and a text as it is. */
function read(config: pulumi.Config, key: string): unknown {
    const value = config.require(key);
    return /^[[{]/.test(value) ? config.requireObject<unknown>(key) : value;
}
