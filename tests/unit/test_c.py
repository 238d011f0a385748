"""The C tests, each program as one test: the engine alone, without Python inside."""

import shutil

import pytest
from scripts import ROOT, module_of

runner = module_of(ROOT / "tests" / "c" / "run.py")
SOURCES = runner.test_sources()


@pytest.fixture(scope="module")
def programs():
    return runner.build_programs(SOURCES)


@pytest.mark.parametrize("name", [source.stem for source in SOURCES])
def test_c_program_passes(programs, name):
    result = runner.run_program(programs[name])
    assert result.passed, f"{name} failed:\n{result.output}"


def test_runner_reports_a_failing_program(tmp_path):
    program = tmp_path / "test_false"
    shutil.copy(shutil.which("false"), program)
    program.chmod(0o755)

    result = runner.run_program(program)

    assert not result.passed
    assert result.name == "test_false"


def test_runner_refuses_a_name_that_fits_no_test():
    with pytest.raises(ValueError, match=r"no C test named 'nonsense'"):
        runner.test_sources(["nonsense"])
