import * as pulumi from "@pulumi/pulumi";
import { both, either, event, eventsOf, is, isNot, isOther } from "./filterPattern";
import type { MonitoredResources } from "./monitoredResources";

/**
 * The issuer of a role session:
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
 */
const issuer = "userIdentity.sessionContext.sessionIssuer.arn";
const invokedBy = "userIdentity.invokedBy";

/**
 * A principal reads or changes the password of the master or of a break-glass login, or grants others access to it. Where
 * RDS does not manage the master's password (docs/databases.md#another-region), its ARN is empty and nothing is matched
 * for it: "**" would match every secret of the account. A
 * batch request for several secrets is logged once for each secret
 * (https://docs.aws.amazon.com/secretsmanager/latest/userguide/retrieving-secrets_batch.html). Rotation by RDS itself
 * is excluded; other AWS services acting on behalf of a principal are not.
 */
export function useOfSecret(secretArn: string): string {
    const actions = [
        "GetSecretValue",
        "PutSecretValue",
        "UpdateSecret",
        "UpdateSecretVersionStage",
        "PutResourcePolicy",
        "ReplicateSecretToRegions",
        "DeleteSecret",
    ];
    const id = "requestParameters.secretId";
    return event(
        is("eventSource", "secretsmanager.amazonaws.com"),
        either(...actions.map((action) => is("eventName", action))),
        // In the form that the caller used: the ARN, the ARN without its last six characters, or the name.
        either(
            ...(secretArn === "" ? [] : [is(id, `*${secretName(secretArn)}*`)]),
            // The secret of a break-glass login, which the bootstrap names keyless/LOGIN/HOST.
            is(id, "keyless/*"),
            is(id, "*:secret:keyless/*"),
        ),
        isNot(invokedBy, "rds.amazonaws.com"),
    );
}

/** The secret's name as in its ARN, to which Secrets Manager appends a hyphen and six characters. */
function secretName(arn: string): string {
    return arn.slice(arn.indexOf(":secret:") + ":secret:".length).replace(/-[A-Za-z0-9]{6}$/, "");
}

/** EventBridge Scheduler, which removes temporary rules. */
const scheduler = "scheduler.amazonaws.com";

/**
 * A principal changes a security group rule. Scheduled removal of temporary rules is excluded: an AWS service's call has its name as
 * `sourceIPAddress`, and if it is made for a principal, as `invokedBy`. Only AWS writes either.
 * https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html
 */
export function changeOfGroup({ groups }: MonitoredResources, deployer: string | undefined): pulumi.Output<string>[] {
    const conditions = [is("eventSource", "ec2.amazonaws.com"), ...others(deployer)];
    const meant = [
        isOther("eventName", "Describe*"),
        either(isOther("eventName", "Revoke*"), both(isNot(invokedBy, scheduler), isNot("sourceIPAddress", scheduler))),
    ];
    return [
        ...eventsOf([...conditions, ...meant], "requestParameters.groupId", groups),
        // CloudTrail records the parameters of this call in a different format.
        ...eventsOf(
            [...conditions, is("eventName", "ModifySecurityGroupRules")],
            "requestParameters.ModifySecurityGroupRulesRequest.GroupId",
            groups,
        ),
    ];
}

/** A principal changes a role's permissions or trust policy, or attaches one of the stack's policies. */
export function changeOfRole(
    { roles, policies }: MonitoredResources,
    deployer: string | undefined,
): pulumi.Output<string>[] {
    const conditions = [
        is("eventSource", "iam.amazonaws.com"),
        ...["Get*", "List*", "Simulate*"].map((reading) => isOther("eventName", reading)),
        ...others(deployer),
    ];
    return [
        ...eventsOf(conditions, "requestParameters.roleName", roles),
        ...eventsOf(conditions, "requestParameters.policyArn", policies),
    ];
}

/** A principal changes or stops the trail. */
export function changeOfTrail(trailName: string): string {
    return event(
        is("eventSource", "cloudtrail.amazonaws.com"),
        ...["Get*", "List*", "Describe*"].map((reading) => isOther("eventName", reading)),
        // By name or by ARN.
        either(is("requestParameters.name", `*${trailName}`), is("requestParameters.trailName", `*${trailName}`)),
    );
}

function others(deployer: string | undefined): string[] {
    return deployer === undefined ? [] : [isNot(issuer, deployer)];
}
