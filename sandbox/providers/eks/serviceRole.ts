import { createHash } from "node:crypto";
import { getPartitionOutput } from "@pulumi/aws/getPartition";
import { Role } from "@pulumi/aws/iam/role";
import { RolePolicyAttachment } from "@pulumi/aws/iam/rolePolicyAttachment";
import * as pulumi from "@pulumi/pulumi";

/** A role that an AWS service assumes, with managed policies; `ready` waits for their attachment. */
export class ServiceRole extends pulumi.ComponentResource {
    readonly role: Role;
    readonly ready: pulumi.Output<Role>;

    constructor(name: string, args: { service: string; policies: readonly string[] }, opts: pulumi.ComponentResourceOptions) {
        super("eks:index:ServiceRole", name, args, opts);
        const { partition } = getPartitionOutput({}, { parent: this });
        const role = new Role(
            `${name}-role`,
            {
                assumeRolePolicy: JSON.stringify({
                    Version: "2012-10-17",
                    Statement: [{ Action: ["sts:AssumeRole"], Effect: "Allow", Principal: { Service: [args.service] } }],
                }),
            },
            { parent: this },
        );
        const attachments = args.policies.map(
            (policy) =>
                new RolePolicyAttachment(
                    // The real component names it by the policy's ARN in the commercial partition, wherever it is used.
                    `${name}-${createHash("sha1").update(`arn:aws:iam::aws:policy/${policy}`).digest("hex").slice(0, 8)}`,
                    { policyArn: pulumi.interpolate`arn:${partition}:iam::aws:policy/${policy}`, role },
                    { parent: this },
                ),
        );
        this.role = role;
        this.ready = pulumi.all([role.arn, ...attachments.map(({ id }) => id)]).apply(() => role);
        this.registerOutputs({ resolvedRole: this.ready, directRole: role });
    }
}
