import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** Any function of AWS: its provider is what resources of AWS have. */
const ANY_FUNCTION = "aws:index/getPartition:getPartition";

const lookups = new WeakMap<pulumi.Resource, AccountLookups>();

/**
 * What a provider's account and region are, looked up once in a run, however many resources need it: each lookup is a call of
 * the engine, and that of the account also one of AWS.
 *
 * @param provider default: the parent's, or else the program's own
 */
export function accountLookups(parent: pulumi.Resource, provider?: aws.Provider): AccountLookups {
    const own = provider ?? parent.getProvider(ANY_FUNCTION);
    // A process can run several programs, and the program's own provider is no object: each run has a stack.
    const key = own ?? pulumi.runtime.getStackResource();
    const known = key && lookups.get(key);
    if (known !== undefined) {
        return known;
    }
    const made = new AccountLookups(own === undefined ? {} : { provider: own });
    if (key !== undefined) {
        lookups.set(key, made);
    }
    return made;
}

class AccountLookups {
    private foundPartition: pulumi.Output<aws.GetPartitionResult> | undefined;
    private foundCaller: pulumi.Output<aws.GetCallerIdentityResult> | undefined;
    private foundRegion: pulumi.Output<aws.GetRegionResult> | undefined;
    private foundInstances: pulumi.Output<aws.ssoadmin.GetInstancesResult> | undefined;

    constructor(private readonly opts: pulumi.InvokeOptions) {}

    get partition(): pulumi.Output<string> {
        return this.ofPartition.partition;
    }

    get dnsSuffix(): pulumi.Output<string> {
        return this.ofPartition.dnsSuffix;
    }

    get accountId(): pulumi.Output<string> {
        return this.ofCaller.accountId;
    }

    /** ARN of the principal that runs the program; a role's session has one of its own, without the role's path. */
    get callerArn(): pulumi.Output<string> {
        return this.ofCaller.arn;
    }

    get region(): pulumi.Output<string> {
        return (this.foundRegion ??= aws.getRegionOutput({}, this.opts)).region;
    }

    /** ARNs of the instances of IAM Identity Center. */
    get identityCenters(): pulumi.Output<string[]> {
        return (this.foundInstances ??= aws.ssoadmin.getInstancesOutput({}, this.opts)).arns;
    }

    private get ofPartition(): pulumi.Output<aws.GetPartitionResult> {
        return (this.foundPartition ??= aws.getPartitionOutput({}, this.opts));
    }

    private get ofCaller(): pulumi.Output<aws.GetCallerIdentityResult> {
        return (this.foundCaller ??= aws.getCallerIdentityOutput({}, this.opts));
    }
}
