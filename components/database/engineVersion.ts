import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { readVersion } from "../engines";
import { refuseIf } from "../refusal";
import { notOffered, refusedResend, refusedUpgrade, type WantedVersion } from "./upgrades";

/** Arguments and options of the resource with the version. */
export interface ChosenVersion {
    readonly engineVersion: pulumi.Input<string>;
    readonly ignoreChanges: readonly string[];
    readonly hooks: pulumi.ResourceHookBinding;
}

/**
 * The version to create a database with, and options that prevent later runs from sending another one by mistake. For a
 * major version alone, it is the minor version that AWS prefers, determined once: the provider sends a cluster's version with
 * every change as long as it differs from the running one, so "16" would be sent again after each minor upgrade by AWS
 * (https://github.com/hashicorp/terraform-provider-aws/issues/45026). Previews refuse what AWS would refuse midway.
 */
export function chooseVersion(name: string, args: WantedVersion, parent: pulumi.Resource): ChosenVersion {
    const { engine, family, wanted } = args;
    const { major, pinned } = readVersion(family, wanted);
    const preferred = aws.rds.getEngineVersion({ engine, version: major, defaultOnly: true, latest: true }, { parent });
    const offered = pinned ? isOffered(engine, wanted, parent) : Promise.resolve(true);
    // Only a hook that needs them fails for them.
    preferred.catch(() => undefined);
    offered.catch(() => undefined);
    const hook = (moment: string, reasonFor: Parameters<typeof refuseIf>[2]) =>
        refuseIf(`${name}-version-before-${moment}`, "platform.database.engineVersion", reasonFor);
    return {
        engineVersion: pinned ? wanted : pulumi.output(preferred).versionActual,
        ignoreChanges: pinned ? [] : ["engineVersion"],
        hooks: {
            beforeCreate: pinned
                ? [
                      hook("create", async () =>
                          (await offered) ? undefined : notOffered(args, offeredFrom(await preferred)),
                      ),
                  ]
                : [],
            beforeUpdate: [
                hook("update", async ({ newInputs = {}, oldOutputs = {} }) => {
                    const running = String(oldOutputs["engineVersionActual"] ?? "");
                    const resent = engine.startsWith("aurora") && newInputs["engineVersion"] === major;
                    if (running === "") {
                        return undefined;
                    }
                    const { versionActual = running } = resent ? await preferred : {};
                    return refusedUpgrade(args, running) ?? refusedResend(major, running, versionActual);
                }),
            ],
        },
    };
}

async function isOffered(engine: string, version: string, parent: pulumi.Resource): Promise<boolean> {
    try {
        await aws.rds.getEngineVersion({ engine, version }, { parent });
        return true;
    } catch (error) {
        // The message of https://github.com/hashicorp/terraform-provider-aws/blob/v6.0.0/internal/service/rds/engine_version_data_source.go
        if (error instanceof Error && error.message.includes("no RDS engine versions")) {
            return false;
        }
        throw error;
    }
}

/** The minor version that AWS prefers, and those that it can be upgraded to. */
function offeredFrom({ versionActual, validMinorTargets }: aws.rds.GetEngineVersionResult): string[] {
    return [versionActual, ...validMinorTargets];
}
