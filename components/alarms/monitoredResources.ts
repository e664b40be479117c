import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { autonameLength, roleNameLength } from "../names";
import type { LateValue } from "./filterPattern";

/** `sg-` and at most 17 digits. */
const groupIdLength = 20;
/** `arn:aws-us-gov:iam::111122223333:policy/` and a name of 128 characters. */
const policyArnLength = 168;

/**
 * The security groups, roles and policies that a program creates, in whichever component: recorded as they are
 * registered below the components that have {@link record} among their `transformations`.
 */
export class MonitoredResources {
    private readonly noted: { group: LateValue[]; role: LateValue[]; policy: LateValue[] } = {
        group: [],
        role: [],
        policy: [],
    };

    /** Ids of security groups. */
    get groups(): readonly LateValue[] {
        return this.noted.group;
    }

    /** Names of roles. */
    get roles(): readonly LateValue[] {
        return this.noted.role;
    }

    /** ARNs of policies. */
    get policies(): readonly LateValue[] {
        return this.noted.policy;
    }

    /** Returns no change. */
    readonly record: pulumi.ResourceTransformation = ({ resource, name, props }) => {
        if (resource instanceof aws.ec2.SecurityGroup || resource instanceof aws.ec2.DefaultSecurityGroup) {
            this.noted.group.push(later(() => resource.id, groupIdLength));
        } else if (resource instanceof aws.iam.Role) {
            const { name: given } = props as { readonly name?: unknown };
            const longest = given === undefined ? name.length + autonameLength : roleNameLength;
            this.noted.role.push(later(() => resource.name, longest));
        } else if (resource instanceof aws.iam.Policy) {
            this.noted.policy.push(later(() => resource.arn, policyArnLength));
        }
        return undefined;
    };
}

/** A resource has no outputs yet when the transformation runs. */
function later(value: () => pulumi.Output<string>, longest: number): LateValue {
    return {
        get value() {
            return value();
        },
        longest,
    };
}
