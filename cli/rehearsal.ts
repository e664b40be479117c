import type { Settings } from "../config/settings";
import { Store } from "../sandbox/cloud/store";
import { Cloud, SANDBOX_ACCOUNT } from "../sandbox/providers/aws/cloud";
import { putExisting } from "../sandbox/providers/aws/existing";

/**
 * Puts the IAM roles that a stack's config names, and that others made, into the stand-in cloud. Those of another account
 * are not there: the sandbox plays one.
 */
export function bringNamedRoles({ access }: Settings, region: string): void {
    const arns = new Set((access?.profiles ?? []).flatMap(({ holders }) => holders.flatMap(({ iamRole }) => iamRole ?? [])));
    const own = [...arns].filter((arn) => arn.split(":")[4] === SANDBOX_ACCOUNT);
    const roles = own.map((arn) => {
        const path = arn.slice(arn.indexOf(":role/") + ":role".length);
        const name = path.slice(path.lastIndexOf("/") + 1);
        const trust = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { AWS: `arn:aws:iam::${SANDBOX_ACCOUNT}:root` } }] };
        return { type: "aws:iam/role:Role", id: name, inputs: { name, path: path.slice(0, path.lastIndexOf("/") + 1), assumeRolePolicy: JSON.stringify(trust) } };
    });
    putExisting(new Cloud(new Store(), region), roles);
}
