const arn = (index: number): string =>
    `arn:aws:rds-db:eu-central-1:111122223333:dbuser:cluster-ABCDEFGHIJKLMNOPQRSTUVWXYZ/tenant_${index}_app`;
const issuer = "oidc.eks.eu-central-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B71EXAMPLE";

/** One resource of a stack, as the program registers it with the engine. */
export interface Sample {
    readonly type: string;
    readonly name: string;
    readonly props: Record<string, unknown>;
}

/** A typical mix of a stack's resources for database access, and of others that no rule reads. */
export function mixture(count: number): Sample[] {
    return Array.from({ length: count }, (_, index) => sample(index));
}

function sample(index: number): Sample {
    const named = (type: string, props: Record<string, unknown>): Sample => ({ type, name: `r${index}`, props });
    switch (index % 10) {
        case 0:
            return named("aws:iam/role:Role", {
                assumeRolePolicy: JSON.stringify({
                    Version: "2012-10-17",
                    Statement: [
                        {
                            Effect: "Allow",
                            Principal: { Federated: `arn:aws:iam::111122223333:oidc-provider/${issuer}` },
                            Action: "sts:AssumeRoleWithWebIdentity",
                            Condition: {
                                StringEquals: {
                                    [`${issuer}:sub`]: `system:serviceaccount:t${index}:app`,
                                    [`${issuer}:aud`]: "sts.amazonaws.com",
                                },
                            },
                        },
                    ],
                }),
            });
        case 1:
            return named("aws:iam/rolePolicy:RolePolicy", {
                role: "r",
                policy: JSON.stringify({
                    Version: "2012-10-17",
                    Statement: [{ Effect: "Allow", Action: "rds-db:connect", Resource: arn(index) }],
                }),
            });
        case 2:
            return named("postgresql:index/role:Role", {
                name: `tenant_${index}_app`,
                login: true,
                roles: ["rds_iam"],
            });
        case 3:
            return named("postgresql:index/grant:Grant", {
                role: `tenant_${index}_app`,
                database: "app",
                schema: "s",
                objectType: "schema",
                privileges: ["USAGE"],
            });
        case 4:
            return named("kubernetes:core/v1:ServiceAccount", {
                metadata: {
                    name: `app-${index}`,
                    annotations: { "eks.amazonaws.com/role-arn": "arn:aws:iam::111122223333:role/x" },
                },
            });
        case 5:
            return named("kubernetes:apps/v1:Deployment", {
                spec: {
                    replicas: 2,
                    template: {
                        spec: {
                            containers: [
                                {
                                    name: "app",
                                    image: "app:1",
                                    env: [
                                        { name: "PGHOST", value: "db" },
                                        { name: "PGUSER", value: "app" },
                                    ],
                                },
                            ],
                        },
                    },
                },
            });
        case 6:
            return named("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", {
                securityGroupId: "sg-1",
                referencedSecurityGroupId: "sg-2",
                fromPort: 5432,
                toPort: 5432,
                ipProtocol: "tcp",
            });
        case 7:
            return named("aws:s3/bucket:Bucket", { bucket: `b-${index}`, tags: { a: "b", c: "d" } });
        case 8:
            return named("aws:cloudwatch/logGroup:LogGroup", { name: `/app/${index}`, retentionInDays: 30 });
        default:
            return named("aws:ec2/subnet:Subnet", {
                vpcId: "vpc-1",
                cidrBlock: "10.0.0.0/24",
                availabilityZone: "eu-central-1a",
                tags: { Name: `s-${index}` },
            });
    }
}
