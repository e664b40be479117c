import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { accountLookups } from "../identity/accountLookups";
import { documentJson, serviceTrust } from "../identity/document";
import { unrouted } from "./developerRoutes";

/** Temporary access to the database for one IP address. */
export interface DeveloperEntry {
    /** A single address, /32. */
    readonly cidr: string;
    readonly owner: string;
    /** An ISO 8601 timestamp with a time zone. */
    readonly until: string;
}

export interface DevelopersArgs {
    readonly entries: readonly DeveloperEntry[];
    /** The database's group for temporary rules only. */
    readonly securityGroupId: pulumi.Input<string>;
    readonly port: pulumi.Input<number>;
    /** CIDR ranges to which the database's subnets have a route; empty if they are unknown. */
    readonly routedCidrs: pulumi.Input<readonly string[]>;
    /** The stack output that holds {@link Developers.entries}: it distinguishes expired entries from new ones. */
    readonly output: string;
}

/**
 * Grants single addresses temporary access. At the end AWS itself removes the rule, whether or not this program runs
 * again: EventBridge Scheduler calls EC2. The schedule is created before its rule, so no rule ever lacks an end.
 */
export class Developers extends pulumi.ComponentResource {
    /** All entries that were admitted, including those that have ended since. */
    readonly entries: pulumi.Output<readonly DeveloperEntry[]>;

    constructor(
        private readonly name: string,
        private readonly args: DevelopersArgs,
        opts?: pulumi.ComponentResourceOptions,
    ) {
        super("keyless:security:Developers", name, {}, opts);
        const now = Date.now();
        const hasEnded = ({ until }: DeveloperEntry) => Date.parse(until) <= now;
        const ended = args.entries.filter(hasEnded);
        const active = args.entries.filter((entry) => !hasEnded(entry));
        for (const { cidr, owner, until } of ended) {
            void pulumi.log.warn(`${owner}'s access from ${cidr} ended at ${until} and is gone: remove the entry`);
        }
        const answerable = pulumi.all([args.routedCidrs, args.securityGroupId]).apply(([routed, group]) => {
            refuseMissingGroup(active, group);
            refuseUnrouted(active, routed);
        });
        if (active.length > 0) {
            this.letIn(active, answerable);
        }
        const entries =
            ended.length === 0
                ? pulumi.output(args.entries)
                : this.formerEntries().apply((former) => known(args.entries, ended, former));
        this.entries = answerable.apply(() => entries);
        this.registerOutputs({ entries: this.entries });
    }

    private letIn(entries: readonly DeveloperEntry[], answerable: pulumi.Output<void>): void {
        const { name } = this;
        const { securityGroupId, port } = this.args;
        const { partition, region, accountId } = accountLookups(this);
        const group = new aws.scheduler.ScheduleGroup(name, {}, { parent: this });
        const role = new aws.iam.Role(
            name,
            {
                description: `takes temporary rules away: ${name}`,
                assumeRolePolicy: serviceTrust(
                    "scheduler.amazonaws.com",
                    // Not narrower than the group: https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
                    pulumi.all([accountId, group.arn]).apply(([account, arn]) => ({
                        StringEquals: { "aws:SourceAccount": account, "aws:SourceArn": arn },
                    })),
                ),
            },
            { parent: this },
        );
        const policy = new aws.iam.RolePolicy(
            name,
            {
                role: role.name,
                policy: documentJson(
                    [
                        {
                            Effect: "Allow",
                            Action: "ec2:RevokeSecurityGroupIngress",
                            // The action supports groups as resources, not rules:
                            // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
                            Resource: pulumi.interpolate`arn:${partition}:ec2:${region}:${accountId}:security-group/${securityGroupId}`,
                        },
                    ],
                    "rolePolicy",
                ),
            },
            { parent: this },
        );
        for (const { cidr, owner, until } of entries) {
            const entry = `${name}-${cidr.replace("/", "-")}`;
            const schedule = new aws.scheduler.Schedule(
                entry,
                {
                    groupName: group.name,
                    description: `ends the access of ${owner} from ${cidr}`,
                    scheduleExpression: `at(${new Date(until).toISOString().slice(0, "2026-11-30T18:00:00".length)})`,
                    scheduleExpressionTimezone: "UTC",
                    flexibleTimeWindow: { mode: "OFF" },
                    actionAfterCompletion: "DELETE",
                    target: {
                        arn: pulumi.interpolate`arn:${partition}:scheduler:::aws-sdk:ec2:revokeSecurityGroupIngress`,
                        roleArn: role.arn,
                        input: pulumi.all([securityGroupId, port]).apply(([id, port]) => revocation(id, port, cidr)),
                        // The maximum that AWS allows for both age and attempts.
                        retryPolicy: { maximumEventAgeInSeconds: 86_400, maximumRetryAttempts: 185 },
                    },
                },
                { parent: this, dependsOn: [policy] },
            );
            new aws.vpc.SecurityGroupIngressRule(
                entry,
                {
                    securityGroupId,
                    cidrIpv4: answerable.apply(() => cidr),
                    ipProtocol: "tcp",
                    fromPort: port,
                    toPort: port,
                    description: `${owner} until ${until}`,
                },
                { parent: this, dependsOn: [schedule] },
            );
        }
    }

    /** The entries that the stack's last run admitted. */
    private formerEntries(): pulumi.Output<unknown> {
        const self = `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
        return new pulumi.StackReference(`${this.name}-before`, { name: self }, { parent: this }).getOutput(
            this.args.output,
        );
    }
}

/**
 * The platform of another stack may have a database that exists, whose groups are its owner's. A stack with its own platform is checked
 * earlier, by its config.
 *
 * @throws pulumi.RunError if there is no group for temporary rules only
 */
function refuseMissingGroup(entries: readonly DeveloperEntry[], group: string): void {
    if (entries.length > 0 && group === "") {
        throw new pulumi.RunError(
            `access.developers: the platform's database exists, and has no security group for temporary rules only, which ${entries.map(({ owner }) => owner).join(", ")} would need; ` +
                "allowed only with a database that a stack creates; remove the entries, and have the database's owner admit the addresses, or use the bastion of the platform's stack",
        );
    }
}

/**
 * A stack with its own platform is checked earlier, by its config.
 *
 * @throws pulumi.RunError that lists the addresses that the database could not answer
 */
function refuseUnrouted(entries: readonly DeveloperEntry[], routed: readonly string[]): void {
    const lost = entries.map(({ cidr }) => cidr).filter((cidr) => unrouted(cidr, routed));
    if (lost.length > 0) {
        throw new pulumi.RunError(
            `access.developers: the database's subnets have no route to ${lost.join(", ")}; allowed is an address in ${routed.join(", ")}; ` +
                "in the platform's stack, add a route to the table in the output databaseRouteTableId, and its range to platform.network.routedRanges",
        );
    }
}

/** The EC2 request to send at the end, in its API's format. */
export function revocation(securityGroupId: string, port: number, cidr: string): string {
    return JSON.stringify({
        GroupId: securityGroupId,
        IpPermissions: [{ IpProtocol: "tcp", FromPort: port, ToPort: port, IpRanges: [{ CidrIp: cidr }] }],
    });
}

/**
 * The entries, provided that none has ended without ever being admitted.
 *
 * @throws pulumi.RunError that lists all that have
 */
export function known(
    entries: readonly DeveloperEntry[],
    ended: readonly DeveloperEntry[],
    former: unknown,
): readonly DeveloperEntry[] {
    const before: readonly Partial<DeveloperEntry>[] = Array.isArray(former) ? former : [];
    const strange = ended.filter(({ cidr, until }) => !before.some((one) => one.cidr === cidr && one.until === until));
    if (strange.length > 0) {
        const list = strange.map(({ cidr, owner, until }) => `${cidr} of ${owner} until ${until}`).join(", ");
        throw new pulumi.RunError(
            `access.developers: the end is in the past, and the address was never let in: ${list}; allowed is a time to come; write a later end, or remove the entry`,
        );
    }
    return entries;
}
