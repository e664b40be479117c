import { given, must, number, text } from "../../../cloud/aws/values";
import { DB_CLUSTER } from "../../../cloud/aws/tokens";
import type { Live, Self } from "../declaring/declaration";
import { majorOf, minorOf, runningVersion } from "./engines";

const property = "serverlessv2ScalingConfiguration";

/**
 * AWS keeps a cluster's capacity when the program no longer gives it, but the provider sends a minimum of 0 then:
 * https://github.com/hashicorp/terraform-provider-aws/blob/v6.0.0/internal/service/rds/cluster.go
 */
export function keptCapacity({ inputs, keep }: Self): Self["inputs"] {
    const before = keep(property, () => ({}));
    return given(inputs, property) || Object.keys(before).length === 0
        ? {}
        : { [property]: { ...before, minCapacity: 0 } };
}

/** The first minor versions that can pause: https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2-auto-pause.html */
const firstPausable: Readonly<Record<string, number>> = { "13": 15, "14": 12, "15": 7, "16": 3, "8.0": 8 };

/** A minimum of 0, given or sent when the capacity is removed, is only for versions that can pause. */
export function pausable({ id, inputs, cloud }: Parameters<Live>[0]): string | undefined {
    const before = cloud.state(DB_CLUSTER, id);
    const engine = must(inputs, "engine");
    const version = runningVersion(engine, text(inputs, "engineVersion"));
    const first = firstPausable[majorOf(engine, version) ?? ""] ?? 0;
    const minimum = given(inputs, property)
        ? number(inputs, `${property}.minCapacity`)
        : given(before, property)
          ? 0
          : undefined;
    return minimum === 0 && minorOf(engine, version) < first
        ? "InvalidParameterValue: Serverless v2 capacity 0 isn't valid. The minimum capacity must be equal to or greater than 0.5."
        : undefined;
}
