import { uuid } from "../../protocol/chance";

import type { ImplicitObject, Self } from "../declaring/declaration";
import { random } from "../declaring/naming";
import { SECRET, SECRET_VERSION } from "../../../cloud/aws/tokens";
import { flag, text } from "../../../cloud/aws/values";
import { isProps } from "../../../cloud/props";

const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/** A cluster's or an instance's attributes of its master's secret, which RDS manages. */
export function masterUserSecrets(kind: "cluster" | "db", { inputs, cloud, keep }: Self): Self["inputs"] {
    if (!flag(inputs, "manageMasterUserPassword")) {
        return { masterUserSecrets: [] };
    }
    const kmsKeyId = text(inputs, "masterUserSecretKmsKeyId") ?? cloud.arn("kms", "alias/aws/secretsmanager");
    const name = `rds!${kind}-${uuid()}`;
    const made = keep("masterUserSecrets", () => []);
    const secretArn = isProps(made[0]) ? text(made[0], "secretArn") : undefined;
    return {
        masterUserSecretKmsKeyId: kmsKeyId,
        masterUserSecrets: [
            {
                kmsKeyId,
                secretStatus: "active",
                secretArn: secretArn ?? cloud.arn("secretsmanager", `secret:${name}-${random(6, letters)}`),
            },
        ],
    };
}

/** The secret itself, and its value: user and password, in RDS' format. */
export function masterSecret(self: Self): ImplicitObject[] {
    const arn = text(self.inputs, "masterUserSecrets.secretArn");
    if (arn === undefined) {
        return [];
    }
    const name = arn.replace(/^.*:secret:/, "").slice(0, -"-123456".length);
    const secretString = JSON.stringify({
        username: text(self.inputs, "masterUsername"),
        password: random(32, letters),
    });
    return [
        { type: SECRET, id: arn, inputs: { name }, state: { arn, name, region: self.cloud.region } },
        {
            type: SECRET_VERSION,
            id: arn,
            inputs: { secretId: arn },
            state: { arn, secretId: arn, secretString, versionStages: ["AWSCURRENT"] },
        },
    ];
}
