import { Store } from "../../cloud/store";
import { foresightDir } from "../../cloud/folders";
import { ProviderError } from "../protocol/types";
import type { Kind, StandIn } from "../protocol/types";
import { refusedAssumption } from "./assumption";
import { authorizationFor, type Authorization } from "./authorization";
import { authorizedKind } from "./authorizedKind";
import { cloudFor, configurationFailures, structuredKeys } from "./configuration";
import type { Cloud } from "../../cloud/aws/cloud";
import { declarations } from "./declarations";
import { invoke } from "./functions";
import { kindOf } from "./kind";
import { Catalogue } from "./references";
import { runDue } from "./scheduler/clock";
import { noteLookup } from "../protocol/foresight";
import { texts } from "../../cloud/aws/values";

/** The stand-in for @pulumi/aws: AWS' terms, rules and errors over the sandbox's store of objects. */
export function awsStandIn(store = new Store()): StandIn {
    const catalogue = new Catalogue(declarations);
    const kinds = new Map<string, Kind>();
    let cloud: Cloud | undefined;
    let role = "";
    let authorization: Authorization | undefined;
    const configured = (): Cloud => (cloud ??= cloudFor({}, store));

    return {
        name: "aws",
        version: "7.48.0",
        jsonConfig: structuredKeys,
        replaceOnConfig: ["region"],
        checkConfig: async (config) => configurationFailures(config),
        async configure(config) {
            const refused = refusedAssumption(config, store);
            if (refused !== undefined) {
                throw new ProviderError(refused);
            }
            cloud = cloudFor(config, store);
            role = texts(config, "assumeRoles.roleArn").at(-1) ?? "";
            authorization = authorizationFor(role, catalogue, cloud);
            // Time passes in the cloud itself, not in a copy of it.
            if (foresightDir() === undefined) {
                runDue(cloud);
            }
        },
        kind(type) {
            const declaration = catalogue.get(type);
            if (declaration !== undefined && !kinds.has(type)) {
                const kind = kindOf(declaration, catalogue, configured);
                kinds.set(type, authorization === undefined ? kind : authorizedKind(kind, type, authorization));
            }
            return kinds.get(type);
        },
        invoke: async (token, args) => {
            authorization?.lookup(token, args);
            const foresight = foresightDir();
            if (foresight !== undefined) {
                noteLookup({ token, args, region: configured().region, role }, foresight);
            }
            return invoke(token, args, configured());
        },
    };
}
