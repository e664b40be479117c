import { createHash } from "node:crypto";

import { ComponentResource } from "@pulumi/pulumi/resource";
import { all, interpolate } from "@pulumi/pulumi/output";
import type { Input, Output } from "@pulumi/pulumi/output";

import { Child } from "./child";

interface ServiceRoleArgs {
    /** The AWS service that can assume the role. */
    readonly service: string;
    readonly description?: string;
    /** Names of AWS managed policies. */
    readonly policies: readonly string[];
    readonly partition: Output<string>;
    readonly tags: Input<Record<string, Input<string>>> | undefined;
    readonly actions?: readonly string[];
}

/** `eks:index:ServiceRole`: a role for a service, with managed policies attached. */
export class ServiceRole extends ComponentResource {
    readonly role: Child<"aws:iam/role:Role">;
    /** The role after every policy is attached to it. */
    readonly whole: Output<Child<"aws:iam/role:Role">>;

    constructor(name: string, args: ServiceRoleArgs, parent: ComponentResource) {
        super("eks:index:ServiceRole", name, {}, { parent });
        const trust = {
            Version: "2012-10-17",
            Statement: [
                { Action: args.actions ?? ["sts:AssumeRole"], Effect: "Allow", Principal: { Service: [args.service] } },
            ],
        };
        this.role = new Child(
            "aws:iam/role:Role",
            `${name}-role`,
            { description: args.description, assumeRolePolicy: JSON.stringify(trust), tags: args.tags },
            { parent: this },
        );
        const attachments = args.policies.map((policy) => {
            // The real component uses the ARN of the standard partition in all partitions.
            const hash = createHash("sha1").update(`arn:aws:iam::aws:policy/${policy}`).digest("hex").slice(0, 8);
            const policyArn = interpolate`arn:${args.partition}:iam::aws:policy/${policy}`;
            const attached = { policyArn, role: this.role.id };
            return new Child("aws:iam/rolePolicyAttachment:RolePolicyAttachment", `${name}-${hash}`, attached, {
                parent: this,
            });
        });
        const { role } = this;
        this.whole = all([role.output<string>("arn"), ...attachments.map(({ id }) => id)]).apply(() => role);
        this.registerOutputs({ resolvedRole: this.whole, directRole: role });
    }
}
