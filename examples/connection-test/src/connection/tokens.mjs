import { fromNodeProviderChain } from "@aws-sdk/credential-providers";
import { Signer } from "@aws-sdk/rds-signer";

/** A token ends with the credentials that signed it: what is about to end is not signed with. */
const MARGIN_MS = 5 * 60_000;

/** The workload's credentials, from where AWS provides them: a token file, EKS's agent, ECS, EC2, the environment. */
export function credentialProvider() {
    const provider = fromNodeProviderChain();
    let known;
    return async () => {
        if (known?.expiration === undefined || known.expiration.getTime() - Date.now() < MARGIN_MS) {
            known = await provider({ forceRefresh: known !== undefined });
        }
        return known;
    };
}

/** Signs a token. That is local and takes a millisecond, so each new connection gets one of its own. */
export function tokenSource({ host, port, user, region }, credentials = credentialProvider()) {
    const signer = new Signer({ hostname: host, port, username: user, region, credentials });
    return () => signer.getAuthToken();
}
