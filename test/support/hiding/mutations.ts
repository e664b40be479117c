import type { Made } from "../../policy/rules/harness";

type Props = Record<string, unknown>;

/** A change that breaks a rule, or undefined for a stack that has no such resource. */
export interface Mutation {
    readonly rule: string;
    readonly title: string;
    readonly apply: (stack: readonly Made[]) => readonly Made[] | undefined;
}

/** Sets arguments of the first resource of a type that fits. */
const set =
    (types: readonly string[], change: (props: Props) => Props | undefined) =>
    (stack: readonly Made[]): readonly Made[] | undefined => {
        const found = stack.find(({ type, props }) => types.includes(type) && change(props) !== undefined);
        return found === undefined
            ? undefined
            : stack.map((one) =>
                  one === found
                      ? {
                            ...one,
                            props: { ...one.props, ...change(one.props) },
                            inputs: { ...one.inputs, ...change(one.props) },
                        }
                      : one,
              );
    };

const add =
    (make: (stack: readonly Made[]) => Omit<Made, "inputs"> | undefined) =>
    (stack: readonly Made[]): readonly Made[] | undefined => {
        const made = make(stack);
        return made === undefined ? undefined : [...stack, { ...made, inputs: made.props }];
    };

const databases = ["aws:rds/cluster:Cluster", "aws:rds/instance:Instance"];
const idsIn = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);
const database = (stack: readonly Made[]): Made | undefined => stack.find(({ type }) => databases.includes(type));
const inDocument =
    (argument: string, before: RegExp, after: string) =>
    (props: Props): Props | undefined => {
        const text = props[argument];
        return typeof text === "string" && before.test(text) ? { [argument]: text.replace(before, after) } : undefined;
    };
const anywhere = { ipProtocol: "-1", cidrIpv4: "0.0.0.0/0" };
const setting = (rule: string, change: Props): Mutation => ({
    rule,
    title: JSON.stringify(change),
    apply: set(databases, () => change),
});

function tableOfDatabase(stack: readonly Made[]): unknown {
    const group = stack.find(({ type }) => type === "aws:rds/subnetGroup:SubnetGroup");
    const [subnet] = idsIn(group?.props["subnetIds"]);
    return stack.find(
        ({ type, props }) =>
            type === "aws:ec2/routeTableAssociation:RouteTableAssociation" && props["subnetId"] === subnet,
    )?.props["routeTableId"];
}

/** At least one mutation for each rule. */
export const mutations: readonly Mutation[] = [
    {
        rule: "rds-db-wildcard",
        title: "a document that names every user of every database",
        apply: set(
            ["aws:iam/rolePolicy:RolePolicy", "aws:iam/policy:Policy"],
            inDocument("policy", /"arn:aws:rds-db:[^"]*"/, '"*"'),
        ),
    },
    {
        rule: "rds-db-wildcard",
        title: "a policy of AWS that reaches every user",
        apply: set(["aws:iam/rolePolicyAttachment:RolePolicyAttachment"], () => ({
            policyArn: "arn:aws:iam::aws:policy/AdministratorAccess",
        })),
    },
    {
        rule: "rds-db-arn",
        title: "a database's name in place of its resource id",
        apply: set(
            ["aws:iam/rolePolicy:RolePolicy", "aws:iam/policy:Policy"],
            inDocument("policy", /(arn:aws:rds-db:[^"]*:dbuser:)[^"/]*/, "$1orders"),
        ),
    },
    {
        rule: "rds-db-arn",
        title: "a user in another account",
        apply: set(
            ["aws:iam/rolePolicy:RolePolicy"],
            inDocument("policy", /(arn:aws:rds-db:[^"]*:)111122223333/, "$1999988887777"),
        ),
    },
    {
        rule: "role-trust",
        title: "a trust in every principal",
        apply: set(["aws:iam/role:Role"], () => ({
            assumeRolePolicy: JSON.stringify({
                Version: "2012-10-17",
                Statement: [{ Effect: "Allow", Principal: "*", Action: "sts:AssumeRole" }],
            }),
        })),
    },
    {
        rule: "role-trust",
        title: "a trust in another account",
        apply: set(["aws:iam/role:Role"], () => ({
            assumeRolePolicy: JSON.stringify({
                Version: "2012-10-17",
                Statement: [{ Effect: "Allow", Principal: { AWS: "999988887777" }, Action: "sts:AssumeRole" }],
            }),
        })),
    },
    {
        rule: "role-trust",
        title: "no audience, and a provider that lists several",
        apply: (stack) =>
            set(["aws:iam/openIdConnectProvider:OpenIdConnectProvider"], () => ({
                clientIdLists: ["sts.amazonaws.com", "another"],
            }))(
                set(
                    ["aws:iam/role:Role"],
                    inDocument("assumeRolePolicy", /"[^"]*:aud":"[^"]*",|,"[^"]*:aud":"[^"]*"/, ""),
                )(stack) ?? [],
            ),
    },
    setting("database-public", { publiclyAccessible: true }),
    setting("database-iam-authentication", { iamDatabaseAuthenticationEnabled: false }),
    setting("database-iam-errors", { enabledCloudwatchLogsExports: ["postgresql"] }),
    setting("database-encryption", { storageEncrypted: false }),
    setting("database-deletion-protection", { deletionProtection: false }),
    {
        rule: "database-ingress",
        title: "a standalone rule for every address",
        apply: add((stack) => {
            const [group] = idsIn(database(stack)?.props["vpcSecurityGroupIds"]);
            return group === undefined
                ? undefined
                : {
                      type: "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
                      name: "open",
                      props: { securityGroupId: group, ...anywhere },
                  };
        }),
    },
    {
        rule: "database-ingress",
        title: "an inline rule for every address",
        apply: (stack) => {
            const [group] = idsIn(database(stack)?.props["vpcSecurityGroupIds"]);
            return set(["aws:ec2/securityGroup:SecurityGroup"], ({ id }) =>
                id === group
                    ? { ingress: [{ protocol: "-1", fromPort: 0, toPort: 0, cidrBlocks: ["0.0.0.0/0"] }] }
                    : undefined,
            )(stack);
        },
    },
    {
        rule: "database-subnets",
        title: "a route to an internet gateway in the database's table",
        apply: add((stack) => {
            const routeTableId = tableOfDatabase(stack);
            const gateway = stack.find(({ type }) => type === "aws:ec2/internetGateway:InternetGateway");
            return routeTableId === undefined || gateway === undefined
                ? undefined
                : {
                      type: "aws:ec2/route:Route",
                      name: "out",
                      props: { routeTableId, destinationCidrBlock: "0.0.0.0/0", gatewayId: gateway.props["id"] },
                  };
        }),
    },
    {
        rule: "database-subnets",
        title: "an inline route to an internet gateway in the database's table",
        apply: (stack) => {
            const gateway = stack.find(({ type }) => type === "aws:ec2/internetGateway:InternetGateway");
            return gateway === undefined
                ? undefined
                : set(["aws:ec2/routeTable:RouteTable"], ({ id }) =>
                      id === tableOfDatabase(stack)
                          ? { routes: [{ cidrBlock: "0.0.0.0/0", gatewayId: gateway.props["id"] }] }
                          : undefined,
                  )(stack);
        },
    },
    {
        rule: "database-subnets",
        title: "a main route table with a route to an internet gateway, for subnets without a table",
        apply: (stack) => {
            const gateway = stack.find(({ type }) => type === "aws:ec2/internetGateway:InternetGateway");
            const vpc = stack.find(({ type }) => type === "aws:ec2/vpc:Vpc");
            const table = tableOfDatabase(stack);
            const props = {
                defaultRouteTableId: "rtb-main",
                routes: [{ cidrBlock: "0.0.0.0/0", gatewayId: gateway?.props["id"] }],
            };
            return gateway === undefined || vpc === undefined || table === undefined
                ? undefined
                : [
                      ...stack
                          .filter(
                              ({ type, props }) =>
                                  type !== "aws:ec2/routeTableAssociation:RouteTableAssociation" ||
                                  props["routeTableId"] !== table,
                          )
                          .map((one) =>
                              one === vpc
                                  ? {
                                        ...one,
                                        props: {
                                            ...one.props,
                                            defaultRouteTableId: "rtb-main",
                                            mainRouteTableId: "rtb-main",
                                        },
                                    }
                                  : one,
                          ),
                      {
                          type: "aws:ec2/defaultRouteTable:DefaultRouteTable",
                          name: "main",
                          props: { id: "rtb-main", vpcId: vpc.props["id"], ...props },
                          inputs: props,
                      },
                  ];
        },
    },
    {
        rule: "database-tls",
        title: "a parameter group without TLS",
        apply: set(
            ["aws:rds/clusterParameterGroup:ClusterParameterGroup", "aws:rds/parameterGroup:ParameterGroup"],
            () => ({
                parameters: [
                    { name: "rds.force_ssl", value: "0" },
                    { name: "require_secure_transport", value: "OFF" },
                ],
            }),
        ),
    },
    {
        rule: "database-password",
        title: "a Secret with a database's password",
        apply: add(() => ({
            type: "kubernetes:core/v1:Secret",
            name: "secret",
            props: { stringData: { DB_PASSWORD: "x" } },
        })),
    },
    {
        rule: "database-password",
        title: "a connection string made from a database's endpoint",
        apply: add((stack) => {
            const endpoint = database(stack)?.props["endpoint"];
            return typeof endpoint !== "string"
                ? undefined
                : {
                      type: "aws:lambda/function:Function",
                      name: "function",
                      props: { environment: { variables: { DATABASE_URL: `postgres://app:x@${endpoint}/app` } } },
                  };
        }),
    },
    {
        rule: "database-password",
        title: "container definitions with a database's password and a repository's address",
        apply: add((stack) => {
            const endpoint = database(stack)?.props["endpoint"];
            return typeof endpoint !== "string"
                ? undefined
                : {
                      type: "aws:ecs/taskDefinition:TaskDefinition",
                      name: "task",
                      props: {
                          containerDefinitions: JSON.stringify([
                              {
                                  name: "app",
                                  environment: [
                                      { name: "PGHOST", value: endpoint },
                                      { name: "PGPASSWORD", value: "x" },
                                  ],
                              },
                          ]),
                      },
                  };
        }),
    },
    {
        rule: "database-role",
        title: "a superuser",
        apply: set(["postgresql:index/role:Role"], () => ({ superuser: true })),
    },
    {
        rule: "database-role",
        title: "a login without IAM",
        apply: set(["postgresql:index/role:Role"], ({ login }) => (login === true ? { roles: [] } : undefined)),
    },
    {
        rule: "database-role",
        title: "a break-glass login that is a member of the IAM group through another role",
        apply: (stack) => {
            const login = stack.find(
                ({ type, props }) => type === "postgresql:index/role:Role" && props["login"] === true,
            );
            const props = (name: string, group: string): Props => ({
                name,
                login: name === "break_glass",
                roles: [group],
            });
            return login === undefined
                ? undefined
                : [
                      ...stack,
                      ...[
                          ["break_glass", "operators"],
                          ["operators", "rds_iam"],
                      ].map(([name = "", group = ""]) => ({
                          type: "postgresql:index/role:Role",
                          name,
                          props: { id: name, ...props(name, group) },
                          inputs: props(name, group),
                          ...(login.by !== undefined && { by: login.by }),
                      })),
                  ];
        },
    },
    {
        rule: "database-role",
        title: "a grant to PUBLIC",
        apply: add(() => ({
            type: "postgresql:index/grant:Grant",
            name: "grant",
            props: { role: "public", objectType: "schema", privileges: ["CREATE"] },
        })),
    },
];
