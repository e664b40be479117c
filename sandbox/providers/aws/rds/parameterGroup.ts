import type { Declaration, Fault, ArgumentCheck } from "../declaring/declaration";
import { conflict, oneOf } from "../declaring/rules";
import { CLUSTER_PARAMETER_GROUP, PARAMETER_GROUP } from "../../../cloud/aws/tokens";
import { given, must, records, text } from "../../../cloud/aws/values";
import type { Props } from "../../../cloud/props";
import { engineOfFamily } from "./engines";
import { parameterGroupName } from "./names";
import { defaultOf, parameterOf } from "./parameters";

function group(type: string, arnPart: "cluster-pg" | "pg"): Declaration {
    return {
        type,
        id: ({ inputs }) => must(inputs, "name"),
        defaults: { description: "Managed by Pulumi" },
        allowed: { name: parameterGroupName, "parameters.applyMethod": oneOf("immediate", "pending-reboot") },
        rules: [conflict("name", "namePrefix"), knownFamily, knownParameters],
        replace: ["name", "namePrefix", "family", "description"],
        settled: ["parameters"],
        outputs: ({ id, inputs, cloud }) => ({
            arn: cloud.arn("rds", `${arnPart}:${id}`),
            ...(given(inputs, "parameters") && {
                parameters: records(inputs, "parameters").map((parameter) => kept(must(inputs, "family"), parameter)),
            }),
        }),
        missing: (name) => `DBParameterGroupNotFound: DBParameterGroup not found: ${name}`,
        exists: ({ inputs }) => `DBParameterGroupAlreadyExists: Parameter group ${text(inputs, "name")} already exists`,
        inUse: () =>
            "InvalidDBParameterGroupState: One or more database instances are still members of this parameter group, so the group cannot be deleted",
    };
}

export const clusterParameterGroup = group(CLUSTER_PARAMETER_GROUP, "cluster-pg");
export const parameterGroup = group(PARAMETER_GROUP, "pg");

/**
 * AWS keeps a parameter that equals the family's default as `pending-reboot`, whatever was asked:
 * https://github.com/hashicorp/terraform-provider-aws/issues/39252
 */
function kept(family: string, parameter: Props): Props {
    return text(parameter, "value") === defaultOf(family, must(parameter, "name"))
        ? { ...parameter, applyMethod: "pending-reboot" }
        : parameter;
}

function knownFamily(inputs: Parameters<ArgumentCheck>[0]): ReturnType<ArgumentCheck> {
    const family = text(inputs, "family");
    return family === undefined || engineOfFamily(family) !== undefined
        ? undefined
        : ["family", `InvalidParameterValue: ParameterGroupFamily ${family} is not a valid parameter group family`];
}

function knownParameters(inputs: Parameters<ArgumentCheck>[0]): ReturnType<ArgumentCheck> {
    const family = must(inputs, "family");
    const engine = engineOfFamily(family);
    return records(inputs, "parameters").flatMap((parameter, i): Fault[] => {
        const [name, value] = [text(parameter, "name"), text(parameter, "value")];
        const known = engine === undefined || name === undefined ? undefined : parameterOf(engine, family, name);
        if (engine === undefined || name === undefined) {
            return [];
        }
        if (known === undefined) {
            return [[`parameters[${i}].name`, `InvalidParameterValue: Could not find parameter with name: ${name}`]];
        }
        if (!known.dynamic && text(parameter, "applyMethod") !== "pending-reboot") {
            return [
                [
                    `parameters[${i}].applyMethod`,
                    `InvalidParameterCombination: cannot use immediate apply method for static parameter: ${name}`,
                ],
            ];
        }
        const [least, most] = known.range ?? [];
        if (
            value !== undefined &&
            least !== undefined &&
            most !== undefined &&
            !(/^-?\d+$/.test(value) && Number(value) >= least && Number(value) <= most)
        ) {
            return [
                [
                    `parameters[${i}].value`,
                    `InvalidParameterValue: Invalid parameter value: ${value} for: ${name} allowed values are: ${least}-${most}`,
                ],
            ];
        }
        return value !== undefined &&
            known.values !== undefined &&
            !value.split(",").every((each) => known.values?.includes(each.trim()))
            ? [
                  [
                      `parameters[${i}].value`,
                      `InvalidParameterValue: Invalid parameter value: ${value} for: ${name} allowed values are: ${known.values.join(",")}`,
                  ],
              ]
            : [];
    });
}
