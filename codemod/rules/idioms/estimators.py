"""Which estimators predict: a model is asked for predictions only where that is certain."""

from __future__ import annotations

import ast

from codemod.analysis.context import Context
from codemod.names import Foreign
from codemod.names.nodes import dotted_text, function_name

# From scikit-learn 1.7: the classes of `sklearn.utils.all_estimators()` that have `predict`, except those that have it only when
# what they hold has it. LocalOutlierFactor and IsotonicRegression are left out: one predicts only with `novelty`, the other takes
# one column.
_PREDICT = frozenset(
    """ARDRegression AdaBoostClassifier AdaBoostRegressor AffinityPropagation BaggingClassifier BaggingRegressor
    BayesianGaussianMixture BayesianRidge BernoulliNB Birch BisectingKMeans CCA CalibratedClassifierCV CategoricalNB ComplementNB
    DecisionTreeClassifier DecisionTreeRegressor DummyClassifier DummyRegressor ElasticNet ElasticNetCV EllipticEnvelope
    ExtraTreeClassifier ExtraTreeRegressor ExtraTreesClassifier ExtraTreesRegressor GammaRegressor GaussianMixture GaussianNB
    GaussianProcessClassifier GaussianProcessRegressor GradientBoostingClassifier GradientBoostingRegressor
    HistGradientBoostingClassifier HistGradientBoostingRegressor HuberRegressor IsolationForest KMeans KNeighborsClassifier
    KNeighborsRegressor KernelRidge LabelPropagation LabelSpreading Lars LarsCV Lasso LassoCV LassoLars LassoLarsCV LassoLarsIC
    LinearDiscriminantAnalysis LinearRegression LinearSVC LinearSVR LogisticRegression LogisticRegressionCV MLPClassifier
    MLPRegressor MeanShift MiniBatchKMeans MultiTaskElasticNet MultiTaskElasticNetCV MultiTaskLasso MultiTaskLassoCV MultinomialNB
    NearestCentroid NuSVC NuSVR OneClassSVM OrthogonalMatchingPursuit OrthogonalMatchingPursuitCV PLSCanonical PLSRegression
    PassiveAggressiveClassifier PassiveAggressiveRegressor Perceptron PoissonRegressor QuadraticDiscriminantAnalysis
    QuantileRegressor RANSACRegressor RadiusNeighborsClassifier RadiusNeighborsRegressor RandomForestClassifier
    RandomForestRegressor Ridge RidgeCV RidgeClassifier RidgeClassifierCV SGDClassifier SGDOneClassSVM SGDRegressor SVC SVR
    TheilSenRegressor TweedieRegressor
    XGBClassifier XGBRegressor XGBRanker XGBRFClassifier XGBRFRegressor LGBMClassifier LGBMRegressor LGBMRanker
    CatBoostClassifier CatBoostRegressor""".split()
)
# From `sklearn.utils.all_estimators()` of scikit-learn 1.9.1: the modules in which no class has `predict`, but for two that choose
# features by a model and predict with it.
_TRANSFORMING = frozenset(
    f"sklearn.{name}"
    for name in "decomposition feature_extraction feature_selection impute kernel_approximation manifold preprocessing "
    "random_projection".split()
)
_CHOOSING = ("RFE", "RFECV")
# From `sklearn.utils.all_estimators()`, each made without arguments, fitted, saved and loaded by the default of MLflow 3.18
# (scikit-learn 1.9.1, skops 0.16.0): those that are not refused.
_TRUSTED = frozenset(
    """ARDRegression AdditiveChi2Sampler AffinityPropagation AgglomerativeClustering BayesianGaussianMixture
    BayesianRidge BernoulliNB BernoulliRBM Binarizer CCA CategoricalNB ClassicalMDS ComplementNB DBSCAN
    DictionaryLearning DummyClassifier DummyRegressor ElasticNet ElasticNetCV EllipticEnvelope EmpiricalCovariance
    FactorAnalysis FastICA FeatureHasher FunctionTransformer GaussianMixture GaussianNB GraphicalLasso GraphicalLassoCV
    HDBSCAN HashingVectorizer HuberRegressor IncrementalPCA IsotonicRegression KMeans KNNImputer KernelPCA KernelRidge
    LabelEncoder LabelPropagation LabelSpreading Lars LarsCV Lasso LassoCV LassoLars LassoLarsCV LassoLarsIC
    LatentDirichletAllocation LedoitWolf LinearDiscriminantAnalysis LinearRegression LinearSVC LinearSVR
    LocalOutlierFactor LogisticRegression LogisticRegressionCV MDS MaxAbsScaler MeanShift MinCovDet MinMaxScaler
    MiniBatchDictionaryLearning MiniBatchKMeans MiniBatchNMF MiniBatchSparsePCA MissingIndicator MultiLabelBinarizer
    MultiTaskElasticNet MultiTaskElasticNetCV MultiTaskLasso MultiTaskLassoCV MultinomialNB NMF NearestCentroid
    NeighborhoodComponentsAnalysis Normalizer NuSVC NuSVR Nystroem OAS OPTICS OneClassSVM OneHotEncoder OrdinalEncoder
    OrthogonalMatchingPursuit OrthogonalMatchingPursuitCV PCA PLSCanonical PLSRegression PLSSVD
    PassiveAggressiveClassifier PassiveAggressiveRegressor PatchExtractor Perceptron PoissonRegressor
    PolynomialCountSketch PolynomialFeatures PowerTransformer QuadraticDiscriminantAnalysis QuantileRegressor
    QuantileTransformer RANSACRegressor RBFSampler Ridge RidgeCV RidgeClassifier RidgeClassifierCV RobustScaler
    SGDClassifier SGDOneClassSVM SGDRegressor SVC SVR ShrunkCovariance SkewedChi2Sampler SparsePCA SpectralBiclustering
    SpectralClustering SpectralCoclustering StandardScaler TargetEncoder TfidfTransformer TheilSenRegressor
    TransformedTargetRegressor TruncatedSVD VarianceThreshold""".split()
)
_LIBRARIES = ("sklearn", "xgboost", "lightgbm", "catboost")
_TRAINS = ("xgboost", "lightgbm")
_DEPTH = 8


def _making(model: ast.expr, context: Context) -> tuple[ast.Call, str] | None:
    """Return the call that makes a model, behind names and ``fit``, with the library whose it is; None when nobody can tell."""
    for _ in range(_DEPTH):
        if isinstance(model, ast.Name):
            source = context.names.source_of(model)
            if source is None:
                return None
            model = source
        elif not isinstance(model, ast.Call):
            return None
        elif function_name(model.func) == "fit" and isinstance(model.func, ast.Attribute):
            model = model.func.value
        else:
            library = context.resolve(model.func)
            return (model, library.what) if isinstance(library, Foreign) else None
    return None


def predicts(model: ast.expr, context: Context, depth: int = 0) -> bool:
    """Return whether a model certainly has `predict`: of a class that has it, or given by the training of XGBoost and LightGBM."""
    made = _making(model, context)
    if made is None or depth > _DEPTH or made[1] not in _LIBRARIES:
        return False
    call, library = made
    name = function_name(call.func)
    if name == "train":
        return library in _TRAINS
    if name == "make_pipeline":
        return bool(call.args) and predicts(call.args[-1], context, depth + 1)
    if name == "Pipeline":
        return _ends_in_predictor(call, context, depth)
    return name in _PREDICT


def never_predicts(model: ast.expr, context: Context) -> bool:
    """Return whether a model certainly has no `predict`: of a class of scikit-learn that only transforms."""
    made = _making(model, context)
    if made is None or made[1] != "sklearn" or function_name(made[0].func) in _CHOOSING:
        return False
    root = made[0].func
    while isinstance(root, ast.Attribute):
        root = root.value
    modules = context.names.imports(root) if isinstance(root, ast.Name) else []
    written = dotted_text(made[0].func).partition(".")
    # `from sklearn.preprocessing import StandardScaler`, `from sklearn import preprocessing`, `import sklearn.preprocessing`
    whole = f"{modules[0]}.{written[2]}" if len(modules) == 1 else ""
    return ".".join(whole.split(".")[:2]) in _TRANSFORMING


def _ends_in_predictor(pipeline: ast.Call, context: Context, depth: int) -> bool:
    given = [*pipeline.args[:1], *(keyword.value for keyword in pipeline.keywords if keyword.arg == "steps")]
    steps = given[0] if given else None
    source = context.names.definition(steps) if isinstance(steps, ast.Name) else steps
    last = source.elts[-1] if isinstance(source, ast.List) and source.elts else None
    return isinstance(last, ast.Tuple) and len(last.elts) == 2 and predicts(last.elts[1], context, depth + 1)


def skops_trusts(model: ast.expr, context: Context, depth: int = 0) -> bool:
    """Return whether skops certainly takes a model: one of scikit-learn's classes that it trusts, made with constants only."""
    made = _making(model, context)
    if made is None or depth > _DEPTH or made[1] != "sklearn":
        return False
    call, _ = made
    name = function_name(call.func)
    if name == "make_pipeline":
        return bool(call.args) and all(skops_trusts(each, context, depth + 1) for each in call.args)
    if name == "Pipeline":
        return _has_trusted_steps(call, context, depth)
    given = [*call.args, *(keyword.value for keyword in call.keywords if keyword.arg is not None)]
    seen = all(keyword.arg is not None for keyword in call.keywords)
    return name in _TRUSTED and seen and all(isinstance(value, ast.Constant) for value in given)


def _has_trusted_steps(pipeline: ast.Call, context: Context, depth: int) -> bool:
    given = [*pipeline.args[:1], *(keyword.value for keyword in pipeline.keywords if keyword.arg == "steps")]
    steps = given[0] if given else None
    source = context.names.definition(steps) if isinstance(steps, ast.Name) else steps
    pairs = source.elts if isinstance(source, ast.List) else []
    return bool(pairs) and all(
        isinstance(pair, ast.Tuple) and len(pair.elts) == 2 and skops_trusts(pair.elts[1], context, depth + 1)
        for pair in pairs
    )
