import { rowOf } from "../../../deployer/calls";
import { functions } from "../../../deployer/calls/functions";
import { requestsOf, requestsOfCalls, type Phase, type Request } from "../../../deployer/requests";
import type { Subject } from "../../../deployer/subject";
import { decide } from "../../../policy/iam";
import type { Permissions } from "../../../policy/iam";
import { callerArn, SANDBOX_ROLE } from "../../cloud/aws/cloud";
import type { Cloud } from "../../cloud/aws/cloud";
import { isProps, type Props } from "../../cloud/props";
import { must, text } from "../../cloud/aws/values";
import { deployerPermissions } from "../../identity/deployer";
import { ProviderError } from "../protocol/types";
import type { Catalogue } from "./references";

/** A resource that the provider makes calls about. */
export interface About {
    readonly type: string;
    /** Undefined until it exists. */
    readonly id: string | undefined;
    readonly properties: Props;
}

/** Decides every API call that the provider would make, by the policies of the principal that runs the program. */
export class Authorization {
    constructor(
        private readonly permissions: Permissions,
        private readonly catalogue: Catalogue,
        private readonly cloud: Cloud,
    ) {}

    /**
     * @param changed the properties that an update changes
     * @throws ProviderError as {@link require} does
     */
    resource(phase: Phase, about: About, changed?: readonly string[]): void {
        this.require(this.requests(phase, about, changed));
    }

    /** The requests of a phase; of an update, by default, those of any change. */
    requests(phase: Phase, about: About, changed?: readonly string[]): readonly Request[] {
        return requestsOf(rowOf(about.type), phase, this.subject(about), changed);
    }

    /** @throws ProviderError */
    lookup(token: string, args: Props): void {
        const known = functions[token];
        if (known === undefined) {
            throw new Error(`deployer/calls/functions.ts has no row for ${token}`);
        }
        const properties = { ...args, caller: callerArn(this.cloud) };
        this.require(requestsOfCalls(known.calls, this.subject({ type: "", id: text(args, "id"), properties })));
    }

    /** @throws ProviderError in AWS' words for the first request that is not allowed */
    require(requests: readonly Request[]): void {
        for (const request of requests) {
            const decision = decide(this.permissions, request);
            if (decision !== "allowed") {
                throw new ProviderError(refusal(request, decision === "denied", this.cloud));
            }
        }
    }

    private subject({ type, id, properties }: About): Subject {
        const cloud = this.cloud.in(text(properties, "region") ?? this.cloud.region);
        return {
            partition: cloud.partition.id,
            region: cloud.region,
            account: cloud.account,
            type,
            id,
            properties,
            find: (of, value) => {
                const found = this.catalogue.locate(of, value, cloud);
                return found && { ...found.state, id: found.id };
            },
            tagsOf: (arn) => this.tagsOf(arn, cloud),
        };
    }

    private tagsOf(arn: string, cloud: Cloud): Record<string, string> | undefined {
        for (const type of arn.startsWith("arn:") ? this.catalogue.types() : []) {
            const { tagsAll, tags } = cloud.locate(type, arn)?.state ?? {};
            const found = [tagsAll, tags].find((each) => isProps(each) && Object.keys(each).length > 0);
            if (isProps(found)) {
                return Object.fromEntries(Object.keys(found).map((key) => [key, must(found, key)]));
            }
        }
        return undefined;
    }
}

/** @param role the role that the provider assumes; empty for none */
export function authorizationFor(role: string, catalogue: Catalogue, cloud: Cloud): Authorization | undefined {
    const permissions = deployerPermissions(role);
    return permissions && new Authorization(permissions, catalogue, cloud);
}

/** The services whose APIs return another code than `AccessDeniedException`. */
const codes: Readonly<Record<string, string>> = {
    cloudwatch: "AccessDenied",
    ec2: "UnauthorizedOperation: You are not authorized to perform this operation.",
    iam: "AccessDenied",
    rds: "AccessDenied",
    s3: "AccessDenied",
    sns: "AuthorizationError",
};

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html#access-denied-anatomy */
function refusal({ action, resource }: Request, denied: boolean, cloud: Cloud): string {
    const user = cloud.arn("sts", `assumed-role/${SANDBOX_ROLE}/session`, { region: "" });
    const code = codes[action.slice(0, action.indexOf(":"))] ?? "AccessDeniedException";
    const because = denied
        ? "with an explicit deny in an identity-based policy"
        : `because no identity-based policy allows the ${action} action`;
    const colon = code.includes(" ") ? "" : ":";
    return `${code}${colon} User: ${user} is not authorized to perform: ${action} on resource: ${resource} ${because}`;
}
