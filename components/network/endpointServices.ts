/**
 * The AWS services that nodes and pods call, so that they need no route to the internet: identities, the cluster's API,
 * images, logs, Systems Manager sessions, secrets. Sessions need `ssmmessages` only; not every region has `ec2messages`:
 * https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-setting-up-messageAPIs.html
 */
export const interfaceServices = [
    "sts",
    "eks",
    "eks-auth",
    "ec2",
    "ecr.api",
    "ecr.dkr",
    "logs",
    "ssm",
    "ssmmessages",
    "secretsmanager",
] as const;

/** In China some services have different names: see `aws ec2 describe-vpc-endpoint-services` there. */
const chinese = new Set<string>(["sts", "eks", "eks-auth", "ec2", "ecr.api", "ecr.dkr"]);

/** The name of a service's VPC endpoint in a region, for example `com.amazonaws.eu-central-1.sts`. */
export function endpointServiceName(region: string, service: string): string {
    return `${region.startsWith("cn-") && chinese.has(service) ? "cn." : ""}com.amazonaws.${region}.${service}`;
}
