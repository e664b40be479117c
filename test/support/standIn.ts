import { createRequire } from "node:module";
import type { MockMonitor } from "@pulumi/pulumi/runtime/mocks";
import * as pulumi from "@pulumi/pulumi";
import { disconnect, getMonitor, setAllConfig, setMocks } from "@pulumi/pulumi/runtime";

import { seedReferencedRoles } from "../../cli/sandbox/rehearsal";
import { parseSettings } from "../../config/settings";
import { Cloud } from "../../sandbox/cloud/aws/cloud";
import type { Props } from "../../sandbox/cloud/props";
import type { CloudObject } from "../../sandbox/cloud/store";
import { putExistingObjects, type ExistingObject } from "../../sandbox/run/existingObjects";
import { type MemoryStore, Stage } from "../sandbox/providers/aws/stage";
import { collectTransforms, transformed, valueOf } from "./mocks";
import { Account, type Deployed, keyOf } from "./standInAccount";

const load = createRequire(__filename);

/** The resources of a program in the order of their registration, and the cloud that they are in. */
export interface Deployment {
    readonly resources: readonly Deployed[];
    readonly store: MemoryStore;
    /** What the cloud contained before the first run. */
    readonly before: readonly CloudObject[];
    /** What the run did to AWS resources: the operation, the type and the name. */
    readonly operations: readonly string[];
    /** Resources of earlier runs that the program no longer declares. */
    readonly condemned: readonly Deployed[];
    /** The stack's outputs. */
    readonly outputs: Props;
}

/**
 * Deploys the program to the stand-in for AWS without the engine: the SDK reports the dependencies as it does to the
 * engine. Resources of other packages exist only in the result.
 */
export async function deploy(
    config: Readonly<Record<string, string>>,
    existing: readonly ExistingObject[] = [],
): Promise<Deployment> {
    const region = config["aws:region"] ?? "eu-central-1";
    const base = await Stage.open({ region });
    putExistingObjects(new Cloud(base.store, region), existing);
    seedReferencedRoles(parseSettings(settingsOf(config)), region, base.store);
    return run(config, base, { store: base.store, before: base.store.everything(), resources: [], outputs: {} });
}

/** Runs the program again with another config. The resources that it no longer declares still exist afterwards. */
export async function update(config: Readonly<Record<string, string>>, last: Deployment): Promise<Deployment> {
    const region = config["aws:region"] ?? "eu-central-1";
    const base = await Stage.open({ region }, last.store);
    return run(config, base, last);
}

async function run(
    config: Readonly<Record<string, string>>,
    base: Stage,
    last: Pick<Deployment, "resources" | "store" | "before" | "outputs">,
): Promise<Deployment> {
    const account = new Account(base, last.resources);
    const transforms: pulumi.ResourceTransform[] = [];
    // The SDK waits forever for the outputs of a resource that was refused.
    let refuse = (_: unknown): void => undefined;
    const refused = new Promise<never>((_, reject) => (refuse = reject));
    setAllConfig({ ...config });
    await setMocks(
        {
            async newResource(args) {
                try {
                    return await account.deploy(args, (await transformed(transforms, args)) as Props);
                } catch (error) {
                    refuse(error);
                    throw error;
                }
            },
            call: async ({ token, inputs, provider }) => {
                try {
                    return token === "pulumi:pulumi:readStackOutputs"
                        ? { outputs: last.outputs }
                        : await account.invoke(token, inputs as Props, provider);
                } catch (error) {
                    // The SDK rethrows what gRPC's errors have.
                    throw Object.assign(new Error(), {
                        details: error instanceof Error ? error.message : String(error),
                    });
                }
            },
        },
        "keyless",
        "test",
        false,
        "organization",
    );
    collectTransforms(transforms);
    account.listen(getMonitor() as unknown as MockMonitor);
    delete load.cache[load.resolve("../../index")];
    const declared = valueOf(pulumi.output({ ...(load("../../index") as Record<string, unknown>) }));
    const outputs = await Promise.race([refused, declared]);
    await disconnect(false);
    const { resources, operations, replaced } = account;
    // By type and name, not by URN: a resource of ours that moves to another parent has an alias.
    const kept = new Set(resources.map(keyOf));
    const condemned = [...last.resources.filter((resource) => !kept.has(keyOf(resource))), ...replaced];
    const deletions = condemned.flatMap(({ type, name, made, retained }) =>
        made === undefined || replaced.some((one) => one.made === made)
            ? []
            : [`${retained ? "retain" : "delete"} ${type} ${name}`],
    );
    return {
        ...{ resources, condemned, outputs, store: last.store, before: last.before },
        operations: [...operations, ...deletions].sort(),
    };
}

/** How many resources a run creates, and each of its other operations by type. */
export function summaryOf(operations: readonly string[]): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const [operation = "", type = ""] of operations.map((one) => one.split(" "))) {
        const key = operation === "create" ? operation : `${operation} ${type}`;
        counts[key] = (counts[key] ?? 0) + 1;
    }
    return counts;
}

/** A stack's config as the program parses it. */
function settingsOf(config: Readonly<Record<string, string>>): Record<string, unknown> {
    const own = Object.entries(config).filter(([key]) => key.startsWith("keyless:"));
    return Object.fromEntries(
        own.map(([key, value]) => [
            key.slice("keyless:".length),
            /^[[{]/.test(value) ? (JSON.parse(value) as unknown) : value,
        ]),
    );
}
