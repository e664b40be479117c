import { parseArn } from "../toolkit/arn";
import { existing } from "./conditionKeys";
import type { Foreseen } from "./foresight";
import type { Request } from "./requests";
import type { Subject } from "./subject";
import { textsAt } from "./template";

/**
 * What `keyless bootstrap` calls for a database: it reads the master's secret, and creates and reads the break-glass login's, whose
 * name ends with the endpoint (cli/bootstrapSecrets.ts). RDS tags the master's secret with the database:
 * https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html
 */
export function bootstrapRequests({ type, properties }: Foreseen, { tagsOf }: Subject): readonly Request[] {
    const [, kind] = /^aws:rds\/(cluster|instance):/.exec(type) ?? [];
    const [arn = ""] = textsAt(properties, "arn");
    const { partition, region, account, resource = "" } = parseArn(arn) ?? {};
    if (kind === undefined || properties["manageMasterUserPassword"] !== true) {
        return [];
    }
    const secrets = `arn:${partition}:secretsmanager:${region}:${account}:secret:`;
    const [prefix, tag] = kind === "cluster" ? ["cluster", "primaryDBClusterArn"] : ["db", "primaryDBInstanceArn"];
    const [key] = textsAt(properties, "masterUserSecretKmsKeyId");
    const [, name] = resource.split(":");
    return [
        {
            action: "secretsmanager:GetSecretValue",
            resource: `${secrets}rds!${prefix}-*`,
            context: { [`aws:ResourceTag/aws:rds:${tag}`]: arn },
        },
        ...["CreateSecret", "GetSecretValue"].map((action) => ({
            action: `secretsmanager:${action}`,
            resource: `${secrets}keyless/*/${name}.*`,
            context: {},
        })),
        ...(key === undefined
            ? []
            : [
                  {
                      action: "kms:Decrypt",
                      resource: key,
                      context: {
                          "kms:ViaService": `secretsmanager.${region}.amazonaws.com`,
                          ...existing(tagsOf(key) ?? {}),
                      },
                  },
              ]),
    ];
}
