import { POD_IDENTITY_ASSOCIATION } from "../cloud/aws/tokens";
import { flag, must, text } from "../cloud/aws/values";
import { assumeAsCaller, assumeAsService } from "./assume";
import type { World } from "./assume";
import { callerOf } from "./caller";
import { clustersOf, findServiceAccount } from "./clusters";
import type { ServiceAccount } from "./clusters";
import { Refused } from "./error";
import { BadToken, ExpiredToken, verifyToken } from "./jwt";
import type { Claims, Pod } from "./jwt";
import type { Credentials } from "./session";

/** The audience that EKS Pod Identity requires. */
export const POD_IDENTITY_AUDIENCE = "pods.eks.amazonaws.com";

/** The lifetime that EKS uses; a chained role has an hour. */
const SECONDS = 6 * 3600;
const TARGET_SECONDS = 3600;

/** The credentials that the EKS Pod Identity agent returns for a pod's token. @throws Refused */
export function podCredentials(world: World, token: string): Credentials {
    const { account, pod } = serviceAccountOf(world, token);
    const { cluster, namespace, name } = account;
    const association = world.store
        .list(POD_IDENTITY_ASSOCIATION, { region: cluster.region, account: cluster.account })
        .map(({ state }) => state)
        .find(
            (state) =>
                state["clusterName"] === cluster.name &&
                state["namespace"] === namespace &&
                state["serviceAccount"] === name,
        );
    if (association === undefined) {
        throw new Refused(
            404,
            "ResourceNotFoundException",
            `No association found for service account ${namespace}/${name} in cluster ${cluster.name}`,
        );
    }
    const sessionName = `eks-${cluster.name}-${pod.name}`.slice(0, 27) + `-${pod.uid}`;
    const tags = flag(association, "disableSessionTags") ? {} : tagsOf(account, pod);
    const policy = text(association, "policy");
    const context = { "aws:SourceArn": cluster.arn, "aws:SourceAccount": cluster.account };
    const target = text(association, "targetRoleArn");
    const first = {
        ...{
            roleArn: must(association, "roleArn"),
            sessionName,
            seconds: SECONDS,
            tags,
            transitive: Object.keys(tags),
        },
        policies: policy === undefined || target !== undefined ? [] : [policy],
    };
    const { credentials } = inWords(() => assumeAsService(world, POD_IDENTITY_AUDIENCE, first, context));
    if (target === undefined) {
        return credentials;
    }
    const caller = callerOf(world.store, credentials.accessKeyId, credentials.sessionToken);
    const externalId = must(association, "externalId");
    const second = {
        roleArn: target,
        sessionName,
        seconds: TARGET_SECONDS,
        policies: policy === undefined ? [] : [policy],
    };
    return inWords(() => {
        if (caller === undefined) {
            throw new Refused(403, "AccessDenied", `${first.roleArn} does not exist`);
        }
        return assumeAsCaller(world, caller, second, { externalId });
    }).credentials;
}

/** The service account and pod of a token; it is invalid if the service account was deleted or recreated. */
function serviceAccountOf({ store, clock }: World, token: string): { account: ServiceAccount; pod: Pod } {
    const claims = proven(() => verifyToken(token, store, clock()));
    const { namespace, serviceaccount, pod } = claims["kubernetes.io"];
    const cluster = clustersOf(store).find(({ issuer }) => issuer === claims.iss);
    const account = cluster && findServiceAccount(store, cluster, namespace, serviceaccount.name);
    if (claims.aud.length !== 1 || claims.aud[0] !== POD_IDENTITY_AUDIENCE) {
        throw new Refused(
            400,
            "InvalidTokenException",
            "The audience of the service account token is not pods.eks.amazonaws.com",
        );
    }
    if (account === undefined || account.uid !== serviceaccount.uid) {
        throw new Refused(400, "InvalidTokenException", "The service account of the token does not exist");
    }
    // The session's tags name the pod.
    if (pod === undefined) {
        throw new Refused(400, "InvalidTokenException", "The service account token is not bound to a pod");
    }
    return { account, pod };
}

function proven(verify: () => Claims): Claims {
    try {
        return verify();
    } catch (error) {
        if (error instanceof ExpiredToken) {
            throw new Refused(400, "ExpiredTokenException", error.message);
        }
        throw error instanceof BadToken ? new Refused(400, "InvalidTokenException", error.message) : error;
    }
}

function inWords<T>(assume: () => T): T {
    try {
        return assume();
    } catch (error) {
        throw error instanceof Refused
            ? new Refused(
                  400,
                  "AccessDeniedException",
                  `Unauthorized Exception! EKS does not have permissions to assume the associated role. ${error.message}`,
              )
            : error;
    }
}

/** https://docs.aws.amazon.com/eks/latest/userguide/pod-id-abac.html */
function tagsOf({ cluster, namespace, name }: ServiceAccount, pod: Pod): Record<string, string> {
    return {
        "eks-cluster-arn": cluster.arn,
        "eks-cluster-name": cluster.name,
        "kubernetes-namespace": namespace,
        "kubernetes-service-account": name,
        "kubernetes-pod-name": pod.name,
        "kubernetes-pod-uid": pod.uid,
    };
}
