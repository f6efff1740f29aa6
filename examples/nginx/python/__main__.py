import os

import pulumi
import pulumi_trellis as trellis

network = trellis.Network("web", zones=2, egress="public")

image = trellis.ContainerImage(
    "web",
    build={"context": os.path.abspath(".."), "paths": ["Dockerfile", "pages"]},
)

web = trellis.FargateService(
    "web",
    placement={
        "vpc_id": network.vpc_id,
        "subnet_ids": network.workload_subnet_ids,
        "assign_public_ip": True,
    },
    image={"uri": image.uri, "repository_arn": image.repository_arn},
    user="101",
    health_check={"command": ["wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/"]},
    load_balancer={
        "subnet_ids": network.public_subnet_ids,
        "internet_facing": True,
        "health_check_path": "/",
    },
    scaling={"min": 2, "max": 4, "target_cpu_percent": 60},
)

pulumi.export("url", web.url)
