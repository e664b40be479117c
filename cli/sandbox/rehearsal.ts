import { accountOf } from "../../toolkit/arn";
import { databaseRoleOf, type Settings } from "../../config/settings";
import { Store } from "../../sandbox/cloud/store";
import { Cloud, SANDBOX_ACCOUNT } from "../../sandbox/cloud/aws/cloud";
import { putExisting, type Existing } from "../../sandbox/providers/aws/existing";

/**
 * Creates the existing IAM roles that a stack's config names in the stand-in cloud: those of the sandbox's account, of the
 * database's and of Identity Center's. The roles that the program assumes for the latter are administrators there, as it requires.
 */
export function seedReferencedRoles(settings: Settings, region: string, store = new Store()): void {
    const assumed = [databaseRoleOf(settings), settings.access?.identityCenter?.role].flatMap((role) => role ?? []);
    const accounts = [SANDBOX_ACCOUNT, ...assumed.map(accountOf)];
    const held = (settings.access?.profiles ?? []).flatMap(({ holders }) =>
        holders.flatMap(({ iamRole }) => iamRole ?? []),
    );
    const arns = [...new Set([...held, ...assumed])].filter((arn) => accounts.includes(accountOf(arn)));
    const cloud = new Cloud(store, region);
    const administrator = `arn:${cloud.partition.id}:iam::aws:policy/AdministratorAccess`;
    putExisting(
        cloud,
        arns.flatMap((arn) => roleOf(arn, cloud.partition.id, assumed.includes(arn) ? [administrator] : [])),
    );
}

function roleOf(arn: string, partition: string, policies: readonly string[]): readonly Existing[] {
    const path = arn.slice(arn.indexOf(":role/") + ":role".length);
    const name = path.slice(path.lastIndexOf("/") + 1);
    const account = accountOf(arn);
    const Principal = { AWS: `arn:${partition}:iam::${SANDBOX_ACCOUNT}:root` };
    const trust = { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "sts:AssumeRole", Principal }] };
    const inputs = { name, path: path.slice(0, path.lastIndexOf("/") + 1), assumeRolePolicy: JSON.stringify(trust) };
    return [
        { type: "aws:iam/role:Role", id: name, account, inputs },
        ...policies.map((policyArn) => ({
            type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
            id: `${name}/${policyArn}`,
            account,
            inputs: { role: name, policyArn },
        })),
    ];
}
