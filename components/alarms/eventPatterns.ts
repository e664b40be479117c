import * as pulumi from "@pulumi/pulumi";
import { either, event, eventsOf, is, isNot, isOther } from "./filterPattern";
import type { MonitoredResources } from "./monitoredResources";

/** Who made a role's session: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html */
const issuer = "userIdentity.sessionContext.sessionIssuer.arn";
const invokedBy = "userIdentity.invokedBy";

/**
 * Somebody reads or changes the password of the master or of a break-glass login, or lets others do so; whoever asks for several secrets at once is logged for
 * each (https://docs.aws.amazon.com/secretsmanager/latest/userguide/retrieving-secrets_batch.html). RDS itself, when it rotates
 * the password, is not meant; other services of AWS which act for somebody are.
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
        // As the caller wrote it: the ARN, the ARN without its last six characters, or the name.
        either(
            is(id, `*${secretName(secretArn)}*`),
            // A break-glass login's, which the bootstrap names keyless/LOGIN/HOST.
            is(id, "keyless/*"),
            is(id, "*:secret:keyless/*"),
        ),
        isNot(invokedBy, "rds.amazonaws.com"),
    );
}

/** The secret's name in its ARN, at whose end Secrets Manager puts a hyphen and six characters. */
function secretName(arn: string): string {
    return arn.slice(arn.indexOf(":secret:") + ":secret:".length).replace(/-[A-Za-z0-9]{6}$/, "");
}

/** Somebody changes who may reach what: a rule of a security group. What takes temporary rules away at their end is not meant. */
export function changeOfGroup({ groups }: MonitoredResources, deployer: string | undefined): pulumi.Output<string>[] {
    const conditions = [is("eventSource", "ec2.amazonaws.com"), ...others(deployer)];
    const meant = [
        isOther("eventName", "Describe*"),
        either(isOther("eventName", "Revoke*"), isNot(invokedBy, "scheduler.amazonaws.com")),
    ];
    return [
        ...eventsOf([...conditions, ...meant], "requestParameters.groupId", groups),
        // CloudTrail writes this one's parameters otherwise.
        ...eventsOf(
            [...conditions, is("eventName", "ModifySecurityGroupRules")],
            "requestParameters.ModifySecurityGroupRulesRequest.GroupId",
            groups,
        ),
    ];
}

/** Somebody changes what a role may do or who may take it on, or gives one of our policies to somebody. */
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

/** Somebody changes or stops the trail. */
export function changeOfTrail(trailName: string): string {
    return event(
        is("eventSource", "cloudtrail.amazonaws.com"),
        ...["Get*", "List*", "Describe*"].map((reading) => isOther("eventName", reading)),
        // By its name or its ARN.
        either(is("requestParameters.name", `*${trailName}`), is("requestParameters.trailName", `*${trailName}`)),
    );
}

function others(deployer: string | undefined): string[] {
    return deployer === undefined ? [] : [isNot(issuer, deployer)];
}
