"""What libraries say where they cannot open a model, made short."""

from bench.runtimes import opencv, tract


def test_the_stack_of_tract_is_left_out():
    error = RuntimeError(
        'Failed analyse for node #41 "conv" ConvHir\n\nCaused by:\n    0: Infering facts\n'
        "    3: Impossible to unify Sym(batch) with Val(2).\n\n"
        "Stack backtrace:\n   0: <anyhow::Error>::msg"
    )
    assert tract.said(error) == (
        'Failed analyse for node #41 "conv" ConvHir: Impossible to unify Sym(batch) with Val(2)'
    )


def test_the_place_in_the_source_of_opencv_is_left_out():
    error = RuntimeError(
        "OpenCV(5.0.0) /io/opencv/modules/dnn/src/onnx/onnx_importer2.cpp:689: error:"
        " (-215:Assertion failed) model_proto.has_graph() in function 'parseModel'\n"
    )
    assert opencv.said(error) == (
        "(-215:Assertion failed) model_proto.has_graph() in function 'parseModel'"
    )
