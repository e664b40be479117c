import { must, text } from "../../../cloud/aws/values";
import type { Props } from "../../../cloud/props";
import type { Declaration, Live, Self } from "../declaring/declaration";
import { actualVersion, majorOf, minorOf } from "./engines";

/**
 * The version in a request; undefined if the provider leaves it out. An instance's is sent when it changes, a cluster's
 * also as long as it is not literally the running version of the state: "16" is sent with every change.
 * https://github.com/hashicorp/terraform-provider-aws/blob/v6.0.0/internal/service/rds/cluster.go, resourceClusterUpdate
 */
export function sentVersion({ inputs, known }: { inputs: Props; known?: Props | undefined }, isCluster: boolean) {
    const asked = text(inputs, "engineVersion");
    const same =
        known !== undefined &&
        asked === known["engineVersion"] &&
        (!isCluster || asked === known["engineVersionActual"]);
    return same ? undefined : asked;
}

/**
 * The version that runs, and the one in the state: the program's, as long as it is the running one, begins it, or waits
 * for the maintenance window.
 * https://github.com/hashicorp/terraform-provider-aws/blob/v6.0.0/internal/service/rds/verify.go
 */
export function versionsOf(self: Self, isCluster: boolean): { engineVersion: string; engineVersionActual: string } {
    const { inputs, held, keep } = self;
    const asked = must(inputs, "engineVersion");
    const resolved = actualVersion(must(inputs, "engine"), asked) ?? asked;
    const stays = held.includes("engineVersion") || sentVersion(self, isCluster) === undefined;
    const actual = stays ? keep("engineVersionActual", () => resolved) : resolved;
    const agrees = held.includes("engineVersion") || actual === asked || actual.startsWith(`${asked}.`);
    return { engineVersion: agrees ? asked : actual, engineVersionActual: actual };
}

/** AWS has the version, which no preview knows: a running database keeps one that is withdrawn. */
export function offered(isCluster: boolean): Live {
    return (self) => {
        const [engine, asked] = [must(self.inputs, "engine"), sentVersion(self, isCluster)];
        return asked === undefined || actualVersion(engine, asked) !== undefined
            ? undefined
            : `InvalidParameterCombination: Cannot find version ${asked} for ${engine}`;
    };
}

/** An engine is only upgraded, and to another major version only if that is allowed explicitly. */
export function upgrade(type: Declaration["type"], isCluster: boolean): Live {
    return ({ id, inputs, cloud, known }) => {
        const before = text(cloud.state(type, id), "engineVersionActual");
        const engine = must(inputs, "engine");
        const asked = sentVersion({ inputs, known }, isCluster);
        const after = asked === undefined ? undefined : actualVersion(engine, asked);
        if (before === undefined || after === undefined) {
            return undefined;
        }
        const [from, to] = [majorOf(engine, before), majorOf(engine, after)];
        if (Number(to) < Number(from) || (from === to && minorOf(engine, after) < minorOf(engine, before))) {
            return `InvalidParameterCombination: Cannot upgrade ${engine} from ${before} to ${after}`;
        }
        return from !== to && inputs["allowMajorVersionUpgrade"] !== true
            ? "InvalidParameterCombination: The AllowMajorVersionUpgrade flag must be present when upgrading to a new major version."
            : undefined;
    };
}
