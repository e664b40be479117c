import assert from "node:assert/strict";
import { join } from "node:path";
import { platformOutputs } from "../components/platform/contract";
import { runProgram } from "./support/program";

const caFile = join(__dirname, "support", "root.pem");
const platform = JSON.stringify({ cluster: { version: "1.33" }, database: { engineVersion: "16.6" } });
const access = JSON.stringify({
    tenants: [{ name: "shop" }, { name: "billing", namespace: "payments", serviceAccount: "billing-api" }],
});

const platformInventory = {
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": 1,
    "aws:cloudwatch/logGroup:LogGroup": 5,
    "aws:ec2/eip:Eip": 3,
    "aws:ec2/flowLog:FlowLog": 1,
    "aws:ec2/internetGateway:InternetGateway": 1,
    "aws:ec2/launchTemplate:LaunchTemplate": 1,
    "aws:ec2/natGateway:NatGateway": 3,
    "aws:ec2/route:Route": 4,
    "aws:ec2/routeTable:RouteTable": 5,
    "aws:ec2/routeTableAssociation:RouteTableAssociation": 9,
    "aws:ec2/securityGroup:SecurityGroup": 5,
    "aws:ec2/subnet:Subnet": 9,
    "aws:ec2/vpc:Vpc": 1,
    "aws:ec2/vpcEndpoint:VpcEndpoint": 1,
    "aws:eks/addon:Addon": 4,
    "aws:iam/role:Role": 3,
    "aws:iam/rolePolicy:RolePolicy": 1,
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": 4,
    "aws:kms/key:Key": 3,
    "aws:rds/cluster:Cluster": 1,
    "aws:rds/clusterInstance:ClusterInstance": 2,
    "aws:rds/clusterParameterGroup:ClusterParameterGroup": 1,
    "aws:rds/subnetGroup:SubnetGroup": 1,
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": 4,
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": 4,
    "eks:index:Cluster": 1,
    "eks:index:ManagedNodeGroup": 3,
    "keyless:alarms:LogKey": 1,
    "keyless:cluster:EksCluster": 1,
    "keyless:cluster:NodeGroup": 1,
    "keyless:database:Aurora": 1,
    "keyless:network:FlowLogs": 1,
    "keyless:network:Network": 1,
    "keyless:network:VpcEndpoints": 1,
    "keyless:platform:Platform": 1,
    "keyless:security:DeployerGroup": 1,
    "keyless:security:ThreeTiers": 1,
};

const accessInventory = {
    "aws:iam/role:Role": 2,
    "aws:iam/rolePolicy:RolePolicy": 2,
    "keyless:access:Access": 1,
    "keyless:identity:ConnectGrant": 2,
    "keyless:identity:ServiceAccountIdentity": 2,
    "keyless:kubernetes:TenantNamespace": 2,
    "keyless:tenancy:DatabaseAccess": 1,
    "keyless:tenancy:Tenant": 2,
    "kubernetes:core/v1:ConfigMap": 2,
    "kubernetes:core/v1:Namespace": 2,
    "kubernetes:core/v1:ServiceAccount": 2,
    "postgresql:index/defaultPrivileges:DefaultPrivileges": 7,
    "postgresql:index/grant:Grant": 4,
    "postgresql:index/role:Role": 5,
    "postgresql:index/schema:Schema": 2,
    "pulumi:providers:kubernetes": 1,
    "pulumi:providers:postgresql": 1,
};

const both = { ...platformInventory, ...accessInventory, "aws:iam/role:Role": 5, "aws:iam/rolePolicy:RolePolicy": 3 };

describe("the program", () => {
    it("has every output that access-only stacks read", async () => {
        const { outputs } = await runProgram({ config: { "keyless:platform": platform, "keyless:caBundle": caFile } });
        const missing = [...Object.keys(platformOutputs), "maxConnections", "connectTargets", "proxyRole"].filter(
            (name) => outputs[name] === undefined,
        );
        assert.deepEqual(missing, []);
    });

    it("creates a platform and grants access to it", async () => {
        const { recording } = await runProgram({ config: { "keyless:platform": platform, "keyless:access": access } });
        assert.deepEqual(recording.inventory(), both);
    });

    it("can be previewed before anything exists", async () => {
        const { recording } = await runProgram({
            preview: true,
            config: { "keyless:platform": platform, "keyless:access": access },
        });
        assert.deepEqual(recording.inventory(), both);
    });

    it("creates a platform alone, without connecting to it", async () => {
        const { recording, outputs } = await runProgram({ config: { "keyless:platform": platform } });
        assert.deepEqual(recording.inventory(), platformInventory);
        assert.deepEqual(outputs["tenants"], []);
    });

    it("grants access to another stack's platform through that stack's outputs", async () => {
        const base = await runProgram({ config: { "keyless:platform": platform } });
        const { recording, outputs } = await runProgram({
            config: { "keyless:platformStack": "organization/keyless/base", "keyless:access": access },
            stacks: { "organization/keyless/base": base.outputs },
        });
        assert.deepEqual(recording.inventory(), accessInventory);
        const shared = ({
            masterSecretArn: _own,
            appSecurityGroupId: _group,
            deployerSecurityGroupId: _deployers,
            databaseRouteTableId: _routes,
            bastionDocuments: _documents,
            bastionInstanceId: _instance,
            bastionPolicyArn: _policy,
            bastionShellPolicyArn: _shell,
            alarmTopicArns: _topics,
            trailLogGroup: _trail,
            networkCidrs: _ranges,
            platformStack: _platform,
            tenants: _theirs,
            databaseGroups: _groups,
            ...rest
        }: Record<string, unknown>) => rest;
        assert.deepEqual(shared(outputs), shared(base.outputs));
    });

    it("exports what people and other stacks use", async () => {
        const { outputs } = await runProgram({
            config: { "keyless:platform": platform, "keyless:access": access, "keyless:caBundle": caFile },
        });
        const tenant = (name: string, namespace: string, serviceAccount: string) => ({
            name,
            identity: "irsa",
            namespace,
            serviceAccount,
            database: "app",
            schema: name,
            owner: `${name}_owner`,
            login: `${name}_app`,
            roleArn: `arn:aws:iam::111122223333:role/keyless-${name}`,
        });
        const endpoint = "keyless-database.cluster-abc.eu-central-1.rds.amazonaws.com";
        assert.deepEqual(outputs, {
            endpoint,
            readerEndpoint: "keyless-database.cluster-ro-abc.eu-central-1.rds.amazonaws.com",
            port: 5432,
            database: "app",
            engine: "postgres",
            engineVersion: "16.6",
            maxConnections: 788,
            serviceEndpoint: endpoint,
            serviceReaderEndpoint: "keyless-database.cluster-ro-abc.eu-central-1.rds.amazonaws.com",
            replicaEndpoint: "",
            clusterArn: "arn:aws:rds:eu-central-1:111122223333:cluster:keyless-database",
            clusterResourceId: "cluster-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
            routedCidrs: ["10.20.0.0/16"],
            fargateNamespaces: [],
            existingVpcId: undefined,
            existingClusterArn: undefined,
            existingDatabase: undefined,
            databaseCidrs: ["10.20.160.0/22", "10.20.164.0/22", "10.20.168.0/22"],
            databaseGroups: { app: "app_connect" },
            endpointCidrs: [],
            connectTargets: [
                {
                    arn: "arn:aws:rds:eu-central-1:111122223333:cluster:keyless-database",
                    resourceId: "cluster-ABCDEFGHIJKLMNOPQRSTUVWXYZ",
                },
            ],
            proxyRole: "",
            temporarySecurityGroupId: "keyless-tiers-temporary-id",
            developers: [],
            alarmTopicArns: [],
            trailLogGroup: undefined,
            kubeconfig: "{}",
            kubernetesArn: "arn:aws:eks:eu-central-1:111122223333:cluster/keyless-cluster",
            oidcProviderArn: "arn:aws:iam::111122223333:oidc-provider/oidc.eks.eu-central-1.amazonaws.com/id/0123",
            oidcIssuer: "oidc.eks.eu-central-1.amazonaws.com/id/0123",
            appSecurityGroupId: "keyless-tiers-app-id",
            deployerSecurityGroupId: "keyless-deployers-id",
            databaseRouteTableId: "keyless-network-isolated-id",
            ...{
                bastionDocuments: undefined,
                bastionInstanceId: undefined,
                bastionPolicyArn: undefined,
                bastionShellPolicyArn: undefined,
            },
            masterSecretArn: "arn:aws:secretsmanager:eu-central-1:111122223333:secret:keyless-database",
            networkCidrs: { network: "10.20.0.0/16" },
            platformStack: undefined,
            podSecurityGroupIds: [],
            tenants: [tenant("shop", "shop", "shop"), tenant("billing", "payments", "billing-api")],
            psql:
                `PGPASSWORD="$(aws rds generate-db-auth-token --hostname ${endpoint} --port 5432 --username keyless_provisioner --region eu-central-1)" ` +
                `psql "host=${endpoint} port=5432 dbname=app user=keyless_provisioner sslmode=verify-full sslrootcert=${caFile}"`,
        });
    });

    it("fails on config errors before it calls a provider", async () => {
        await assert.rejects(
            runProgram({
                config: { "keyless:platform": JSON.stringify({ cluster: {}, database: { engineVersion: 9 } }) },
            }),
            {
                name: "Error",
                message:
                    /^the stack's config has 2 problems\n\n {2}platform\.cluster\.version\n {4}wrong: {3}missing\n/,
            },
        );
    });
});
