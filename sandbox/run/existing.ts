import { readFileSync } from "node:fs";
import { relative } from "node:path";

import { Store } from "../cloud/store";
import { projectDir } from "../../toolkit/paths";
import { UserError } from "../../toolkit/userError";
import { Cloud } from "../cloud/aws/cloud";
import { DB_CLUSTER, DB_INSTANCE } from "../cloud/aws/tokens";
import { filesOf } from "../postgres/persistedServer";
import { isOfAws, putExistingObjects, type ExistingObject } from "./existingObjects";
import { writeWhole } from "../../toolkit/system/files";
import { isRecord } from "../../toolkit/record";
import { fileBeside } from "../../toolkit/system/stackFile";

/**
 * Creates in the stand-in cloud the objects that a stack expects to exist, such as a security group that it references
 * by id or another team's network. `NAME.existing.json` beside the stack's file lists them: each has a type, an id and
 * inputs, and is in the stack's region and account, or in the one cluster, unless it names others. `NAME.existing.sql` has the statements that fill
 * the one database among them. If the config leaves PUBLIC its rights (`access.publicRights: keep`), that database keeps its
 * owner too: its bootstrap lends the provisioner the roles that tenants act as.
 *
 * @throws UserError that describes what is wrong with the files
 */
export function putWhatExists(
    stack: string,
    region: string,
    config: Readonly<Record<string, unknown>> = {},
    root = projectDir,
): void {
    const [file, content] = [fileBeside(stack, "existing.json", root), fileBeside(stack, "existing.sql", root)];
    const cloud = new Cloud(new Store(), region);
    const objects =
        file === undefined ? [] : reading(file, () => JSON.parse(readFileSync(file, "utf8")) as ExistingObject[]);
    if (file !== undefined) {
        reading(file, () => putExistingObjects(cloud, objects));
    }
    if (content !== undefined) {
        const resourceId = reading(content, () => onlyDatabase(objects, cloud));
        const files = filesOf(resourceId);
        writeWhole(files.existing, readFileSync(content, "utf8"));
        const lent = lentRoles(config["keyless:access"]);
        if (lent !== undefined) {
            writeWhole(files.lentRoles, JSON.stringify(lent));
        }
    }
}

/** The roles that tenants act as, the logins that they replace, and the groups that profiles take over, where the database keeps its owner. The program validates the config. */
function lentRoles(access: unknown): readonly string[] | undefined {
    if (!isRecord(access) || access["publicRights"] !== "keep") {
        return undefined;
    }
    const tenants = Array.isArray(access["tenants"]) ? access["tenants"].filter(isRecord) : [];
    // As `keyless bootstrap --config-file` does: at the end of a migration the provisioner closes these logins.
    const roles = tenants
        .filter(({ model }) => model === "existing")
        .flatMap(({ actsAs, migration }) => [actsAs, isRecord(migration) ? migration["login"] : undefined]);
    const profiles = Array.isArray(access["profiles"]) ? access["profiles"].filter(isRecord) : [];
    const groups = profiles.map(({ group }) => group);
    return [...new Set([...roles, ...groups].filter((role) => typeof role === "string"))].sort();
}

function reading<T>(file: string, work: () => T): T {
    try {
        return work();
    } catch (error) {
        throw new UserError(`${relative(projectDir, file)}: ${error instanceof Error ? error.message : String(error)}`);
    }
}

/** The resource id of the database among the objects; a copy has its source's content. */
function onlyDatabase(objects: readonly ExistingObject[], base: Cloud): string {
    const ids = objects
        .filter(isOfAws)
        .filter(({ inputs }) => [inputs["masterUsername"], inputs["username"]].some((name) => name !== undefined))
        .flatMap(({ type, id, account = base.account, region = base.region }) => {
            const state = new Cloud(base.store, region, account).state(type, id);
            return type === DB_CLUSTER ? state["clusterResourceId"] : type === DB_INSTANCE ? state["resourceId"] : [];
        });
    const [first] = ids;
    if (typeof first !== "string" || ids.length > 1) {
        throw new Error(
            `its statements are for one database, and the stack's existing.json has ${ids.length}: list exactly one that is not a copy`,
        );
    }
    return first;
}
