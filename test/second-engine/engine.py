"""Serves the Step Functions of moto on a free loopback port until standard input ends, and prints its address.

The functions of a release are behind another endpoint (argument 1), which wants a key (argument 2). Where moto 5.2.1
differs from AWS, it is mended here, one defect at a time, so that nothing but its interpreter is asked.
"""

import copy
import sys
import uuid

import boto3
from botocore.config import Config
from moto.core.config import default_user_config
from moto.moto_server.threaded_moto_server import ThreadedMotoServer
from moto.stepfunctions.models import StateMachine
from moto.stepfunctions.parser.asl.utils import boto_client

functions, key = sys.argv[1:3]
own = {}


def client_for(region, service, state_credentials=None):
    return boto3.client(
        service,
        region_name=region,
        endpoint_url=functions if service == "lambda" else own["endpoint"],
        aws_access_key_id=key,
        aws_secret_access_key=key,
        config=Config(parameter_validation=False, read_timeout=900, retries={"total_max_attempts": 1}),
    )


# Defect: it calls functions on its own port only. Replaced before the interpreter is imported, which takes it by name.
boto_client.boto_client_for = client_for

from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_sfn import (  # noqa: E402
    StateTaskServiceSfn,
)

# Defect: it copies a machine with all that hangs on it, running threads too, and fails at the second execution.
StateMachine.__deepcopy__ = lambda machine, memo: copy.copy(machine)


def rename(names, change):
    for name in list(names):
        names[change(name[0]) + name[1:]] = names.pop(name)


to_json = StateTaskServiceSfn._normalise_parameters


def parameters_of_the_api(self, parameters, **more):
    to_json(self, parameters, **more)
    # Defect: without a name, a child is called None.
    parameters.setdefault("Name", str(uuid.uuid4()))
    rename(parameters, str.lower)


# Defect: what a state hands to startExecution, and gets from it, is not spelt as the state spells it.
StateTaskServiceSfn._normalise_parameters = parameters_of_the_api
StateTaskServiceSfn._normalise_response = lambda self, response, **_: rename(response, str.upper)

default_user_config["stepfunctions"]["execute_state_machine"] = True
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
own["endpoint"] = "http://%s:%s" % server.get_host_and_port()
print(own["endpoint"], flush=True)
sys.stdin.read()
server.stop()
