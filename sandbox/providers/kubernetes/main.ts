import { version } from "@pulumi/kubernetes/package.json";

import { KubernetesStandIn } from "./provider";
import { Store } from "../../cloud/store";
import { serve } from "../protocol/serve";

serve(new KubernetesStandIn(version, new Store()));
