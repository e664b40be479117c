import { isDeepStrictEqual } from "node:util";
import { parseDocument } from "yaml";

import { isRecord } from "../../toolkit/record";
import { shown } from "../../toolkit/shown";
import { readIfThere, writeWhole } from "../../toolkit/system/files";
import { UserError } from "../../toolkit/userError";

/** What Pulumi keeps of a stack's secrets provider in the stack's config file. */
type Keys = Readonly<Record<string, unknown>>;
const names = ["secretsprovider", "encryptedkey", "encryptionsalt"] as const;

/**
 * Gives a shard's config file the keys that its state has: without them Pulumi encrypts the state anew, by the backend's default
 * (https://github.com/pulumi/pulumi/blob/v3.250.0/pkg/cmd/pulumi/stack/secrets.go, `GetSecretsManager`). A file lacks them when
 * the stack was created elsewhere, such as in a checkout that is gone.
 *
 * @param wanted the plan's `engine.secretsProvider`
 * @throws UserError if the state is not encrypted as the plan says
 */
export function restoreKeys(stack: string, file: string, exported: unknown, wanted: string | undefined): void {
    const document = parseDocument(readIfThere(file) ?? "");
    const given = keysIn(document.toJS());
    const inState = keysOf(exported);
    // A state of an older Pulumi, before the first run.
    const keys = inState ?? given;
    if (wanted !== undefined && (keys["secretsprovider"] !== wanted || keys["encryptedkey"] === undefined)) {
        const has = typeof keys["secretsprovider"] === "string" ? keys["secretsprovider"] : "another secrets provider";
        throw new UserError(
            shown`the plan's engine.secretsProvider is ${wanted}, and the stack ${stack} has ${has}: write that into the plan, or run pulumi stack change-secrets-provider --stack ${stack} ${wanted}`,
        );
    }
    if (inState === undefined || isDeepStrictEqual(inState, given)) {
        return;
    }
    for (const name of names) {
        if (inState[name] === undefined) {
            document.delete(name);
        } else {
            document.set(name, inState[name]);
        }
    }
    writeWhole(file, document.toString(), 0o644);
}

function keysIn(values: unknown): Keys {
    return isRecord(values) ? Object.fromEntries(names.flatMap((name) => entryOf(name, values[name]))) : {};
}

/** Of a stack's export; undefined if it says nothing of a secrets provider. */
function keysOf(exported: unknown): Keys | undefined {
    const deployment = isRecord(exported) ? exported["deployment"] : undefined;
    const provider = isRecord(deployment) ? deployment["secrets_providers"] : undefined;
    if (!isRecord(provider)) {
        return undefined;
    }
    const state = isRecord(provider["state"]) ? provider["state"] : {};
    // https://github.com/pulumi/pulumi/blob/v3.250.0/pkg/secrets/cloud/manager.go and passphrase/manager.go, `EditProjectStack`
    switch (provider["type"]) {
        case "cloud":
            return Object.fromEntries([
                ...entryOf("secretsprovider", state["url"]),
                ...entryOf("encryptedkey", state["encryptedkey"]),
            ]);
        case "passphrase":
            return Object.fromEntries(entryOf("encryptionsalt", state["salt"]));
        default:
            return {};
    }
}

function entryOf(name: string, value: unknown): (readonly [string, string])[] {
    return typeof value === "string" && value !== "" ? [[name, value]] : [];
}
