"""Writes the values that tests of layers, losses, metrics, optimizers and schedules are held against.

Needs Keras 3.15.1 and TensorFlow 2.21: python scripts/oracles/keras-values.py
"""
import os,json,re
os.environ['KERAS_BACKEND']='tensorflow'; os.environ['TF_CPP_MIN_LOG_LEVEL']='3'; os.environ['TF_ENABLE_ONEDNN_OPTS']='0'
import numpy as np, keras, tensorflow as tf
from keras import layers, losses, metrics, optimizers
sch=optimizers.schedules
rng=np.random.RandomState(0)
def camel(k): return re.sub(r'_([a-z0-9])',lambda m:m.group(1).upper(),k)
def opts(d): return {camel(k):v for k,v in d.items()}
def f(x):
    x=np.asarray(x)
    if x.dtype==bool: return x.tolist()
    if x.dtype.kind in 'iu': return x.tolist()
    return np.vectorize(lambda v: float(np.float32(v).astype(str)) if np.isfinite(v) else str(v))(x.astype(np.float32)).tolist() if x.size else x.tolist()
def r(*s): return np.round(rng.randn(*s),3).astype(np.float32)
def u(*s): return np.round(rng.rand(*s)*0.98+0.01,3).astype(np.float32)
S=keras.saving.serialize_keras_object
HDR='/** Values computed by Keras 3.15.1 on TensorFlow 2.21 (float32). */\n'
def emit(path,name,ty,data):
    os.makedirs(os.path.dirname(path),exist_ok=True)
    body='\n'.join('  '+json.dumps(d,ensure_ascii=False)+',' for d in data)
    open(path,'w').write(HDR+ty+f'\n// prettier-ignore\nexport const {name} = [\n{body}\n] as const;\n')
P=os.path.join(os.path.dirname(os.path.abspath(__file__)),'..','..','packages','')
# ---- losses
prob=u(4,3); prob/=prob.sum(-1,keepdims=True); prob=np.round(prob,4).astype(np.float32)
onehot=np.eye(3,dtype=np.float32)[[0,2,1,2]]; sparse=np.array([0,2,1,2],np.int32)
y=r(4,3); p=r(4,3); yb=(rng.rand(4,3)>.5).astype(np.float32); pb=u(4,3); logits=r(4,3)*3
yp=np.abs(r(4,3)); ppos=np.abs(r(4,3))
w=np.array([1,.5,2,0],np.float32)
cases=[('MeanSquaredError',{},y,p),('MeanAbsoluteError',{},y,p),('MeanAbsolutePercentageError',{},y,p),('MeanSquaredLogarithmicError',{},yp,ppos),('LogCosh',{},y,p),('Huber',{},y,p),('Huber',{'delta':.3},y,p),('Poisson',{},yp,ppos),('KLDivergence',{},onehot,prob),('Hinge',{},yb,p),('Hinge',{},yb*2-1,p),('SquaredHinge',{},yb,p),('CategoricalHinge',{},onehot,prob),('CosineSimilarity',{},y,p),('CosineSimilarity',{'axis':0},y,p),
('BinaryCrossentropy',{},yb,pb),('BinaryCrossentropy',{'from_logits':True},yb,logits),('BinaryCrossentropy',{'label_smoothing':.2},yb,pb),('BinaryCrossentropy',{'from_logits':True,'label_smoothing':.1},yb,logits),
('BinaryFocalCrossentropy',{},yb,pb),('BinaryFocalCrossentropy',{'apply_class_balancing':True,'gamma':3.,'from_logits':True},yb,logits),
('CategoricalCrossentropy',{},onehot,prob),('CategoricalCrossentropy',{'from_logits':True},onehot,logits),('CategoricalCrossentropy',{'label_smoothing':.3},onehot,prob),('CategoricalCrossentropy',{},onehot,onehot),
('CategoricalFocalCrossentropy',{},onehot,prob),('CategoricalFocalCrossentropy',{'from_logits':True,'alpha':.5,'gamma':1.5},onehot,logits),
('SparseCategoricalCrossentropy',{},sparse,prob),('SparseCategoricalCrossentropy',{'from_logits':True},sparse,logits),('SparseCategoricalCrossentropy',{'ignore_class':2},sparse,prob),('SparseCategoricalCrossentropy',{'ignore_class':-1,'from_logits':True},np.array([-1,2,1,-1]),logits),
('SparseCategoricalCrossentropy',{},sparse[:,None],prob),('Dice',{},yb,pb),('Dice',{'axis':[1]},yb,pb),('Tversky',{'alpha':.3,'beta':.7},yb,pb),('CategoricalGeneralizedCrossEntropy',{'q':.7},sparse,prob)]
en=r(5,4); en/=np.linalg.norm(en,axis=-1,keepdims=True)
cases.append(('Circle',{},np.array([0,0,1,1,2]),en)); cases.append(('MeanSquaredError',{},y[:,0],p[:,:1])); cases.append(('BinaryCrossentropy',{},yb[:,0],pb[:,:1]))
cases.append(('CTC',{},np.array([[1,2,0],[2,2,1]],np.int32),np.round(np.random.RandomState(7).randn(2,6,4),3).astype(np.float32)))
out=[]
for cls,o,yt,ypd in cases:
    d={'class':cls,'options':opts(o),'yTrue':f(yt),'yPred':f(ypd)}
    v=tf.Variable(ypd)
    L=getattr(losses,cls)
    with tf.GradientTape() as t: l=L(**o)(yt,v)
    d['loss']=f(l); g=t.gradient(l,v); d['gradient']=f(g if g is not None else np.zeros_like(ypd))
    if cls not in('Circle','Dice','Tversky','CTC') and o.get('axis')!=0:
        ww=w
        d['sampleWeight']=f(ww)
        d['weighted']=f(L(**o)(yt,ypd,sample_weight=ww)); d['weightedMean']=f(L(**o,reduction='mean_with_sample_weight')(yt,ypd,sample_weight=ww)); d['sum']=f(L(**o,reduction='sum')(yt,ypd,sample_weight=ww))
    d['unreduced']=f(L(**o,reduction=None)(yt,ypd))
    out.append(d)
emit(P+'losses/src/testing/keras-values.ts','kerasLosses','',out)
cfg=[]
for cls in 'MeanSquaredError MeanAbsoluteError MeanAbsolutePercentageError MeanSquaredLogarithmicError LogCosh Huber Poisson KLDivergence Hinge SquaredHinge CategoricalHinge CosineSimilarity BinaryCrossentropy BinaryFocalCrossentropy CategoricalCrossentropy CategoricalFocalCrossentropy SparseCategoricalCrossentropy Dice Tversky Circle CategoricalGeneralizedCrossEntropy'.split():
    cfg.append({'class':cls,'options':{},'serialized':S(getattr(losses,cls)())})
for cls,o in [('BinaryCrossentropy',{'from_logits':True,'label_smoothing':.1,'name':'mine','reduction':'sum'}),('SparseCategoricalCrossentropy',{'ignore_class':3,'reduction':None}),('Tversky',{'alpha':.2,'axis':[1,2]})]:
    cfg.append({'class':cls,'options':opts(o),'serialized':S(getattr(losses,cls)(**o))})
emit(P+'losses/src/testing/keras-configs.ts','kerasConfigs','',cfg)
# ---- metrics
mc=[('Mean',{},None,None),('Sum',{},None,None),('Accuracy',{},sparse,np.array([0,1,1,2])),('BinaryAccuracy',{},yb,pb),('BinaryAccuracy',{'threshold':.7},yb[:,:1],pb[:,:1]),('BinaryAccuracy',{},yb[:,0],pb[:,:1]),('CategoricalAccuracy',{},onehot,prob),('SparseCategoricalAccuracy',{},sparse,prob),('SparseCategoricalAccuracy',{},sparse[:,None],prob),('TopKCategoricalAccuracy',{'k':2},onehot,prob),('SparseTopKCategoricalAccuracy',{'k':2},sparse,prob),('SparseTopKCategoricalAccuracy',{'k':2,'from_sorted_ids':True},sparse,np.array([[0,1,2],[1,0,2],[2,1,0],[0,2,1]])),
('MeanSquaredError',{},y,p),('RootMeanSquaredError',{},y,p),('MeanAbsoluteError',{},y,p),('MeanAbsolutePercentageError',{},y,p),('MeanSquaredLogarithmicError',{},yp,ppos),('LogCoshError',{},y,p),('CosineSimilarity',{},y,p),('Hinge',{},yb,p),('SquaredHinge',{},yb,p),('CategoricalHinge',{},onehot,prob),('KLDivergence',{},onehot,prob),('Poisson',{},yp,ppos),('BinaryCrossentropy',{},yb,pb),('BinaryCrossentropy',{'from_logits':True,'label_smoothing':.2},yb,logits),('CategoricalCrossentropy',{},onehot,prob),('CategoricalCrossentropy',{'from_logits':True},onehot,logits),('SparseCategoricalCrossentropy',{},sparse,prob),('SparseCategoricalCrossentropy',{'from_logits':True},sparse,logits),
('Precision',{},yb,pb),('Precision',{'thresholds':[.3,.6]},yb,pb),('Precision',{'top_k':2},yb,pb),('Precision',{'class_id':1},yb,pb),('Recall',{},yb,pb),('Recall',{'thresholds':.4},yb,pb),('TruePositives',{},yb,pb),('TrueNegatives',{},yb,pb),('FalsePositives',{},yb,pb),('FalseNegatives',{'thresholds':[.2,.8]},yb,pb),
('AUC',{},yb,pb),('AUC',{'curve':'PR','num_thresholds':20},yb,pb),('AUC',{'multi_label':True},yb,pb),('AUC',{'summation_method':'minoring','from_logits':True},yb,logits),('F1Score',{},onehot,prob),('F1Score',{'average':'macro'},onehot,prob),('F1Score',{'average':'micro','threshold':.3},onehot,prob),('FBetaScore',{'beta':2.,'average':'weighted'},onehot,prob),
('R2Score',{},y,p),('R2Score',{'class_aggregation':None},y,p),('MeanIoU',{'num_classes':3},sparse,np.array([0,1,1,2])),('IoU',{'num_classes':3,'target_class_ids':[0,2]},sparse,np.array([0,1,1,2])),('BinaryIoU',{},yb,pb),('OneHotIoU',{'num_classes':3,'target_class_ids':[0]},onehot,prob),('OneHotMeanIoU',{'num_classes':3},onehot,prob),
('PrecisionAtRecall',{'recall':.5},yb,pb),('RecallAtPrecision',{'precision':.5},yb,pb),('SensitivityAtSpecificity',{'specificity':.5},yb,pb),('SpecificityAtSensitivity',{'sensitivity':.5},yb,pb),('PearsonCorrelation',{},y,p),('ConcordanceCorrelation',{},y,p)]
out=[]
for cls,o,yt,ypd in mc:
    M=getattr(metrics,cls); m=M(**o); d={'class':cls,'options':opts(o)}
    if yt is None:
        a=[r(4),r(3,2)]; d['batches']=[[f(a[0])],[f(a[1])]]
        m.update_state(a[0]); d['results']=[f(m.result())]; m.update_state(a[1]); d['results'].append(f(m.result()))
        m=M(**o); m.update_state(a[0],sample_weight=w); d['sampleWeight']=f(w); d['weighted']=f(m.result())
    else:
        b=[(yt,ypd),(yt[::-1][:3].copy(),ypd[:3])]; d['batches']=[[f(q) for q in x] for x in b]; d['results']=[]
        for x in b: m.update_state(*x); d['results'].append(f(m.result()))
        try:
            m=M(**o); m.update_state(yt,ypd,sample_weight=w); d['sampleWeight']=f(w); d['weighted']=f(m.result())
        except Exception as e: print(cls,'weights',str(e)[:80]); d.pop('sampleWeight',None)
    d['variables']=[[v.name,list(v.shape)] for v in m.variables]
    out.append(d)
done={'Mean','Sum','Accuracy','BinaryAccuracy','CategoricalAccuracy','SparseCategoricalAccuracy','TopKCategoricalAccuracy','SparseTopKCategoricalAccuracy','MeanSquaredError','RootMeanSquaredError','MeanAbsoluteError','MeanAbsolutePercentageError','MeanSquaredLogarithmicError','LogCoshError','CosineSimilarity','Hinge','SquaredHinge','CategoricalHinge','KLDivergence','Poisson','BinaryCrossentropy','CategoricalCrossentropy','SparseCategoricalCrossentropy','Precision','Recall','TruePositives','TrueNegatives','FalsePositives','FalseNegatives','AUC','F1Score','FBetaScore','R2Score','MeanIoU','IoU','BinaryIoU','OneHotIoU','OneHotMeanIoU','PrecisionAtRecall','RecallAtPrecision','SensitivityAtSpecificity','SpecificityAtSensitivity','PearsonCorrelation','ConcordanceCorrelation'}
emit(P+'metrics/src/testing/keras-values.ts','kerasMetrics','',[d for d in out if d['class'] in done])
cfg=[]
seen=set()
for cls,o,_,_ in mc:
    key=(cls,json.dumps(o))
    if key in seen: continue
    seen.add(key); keras.backend.clear_session()
    cfg.append({'class':cls,'options':opts(o),'serialized':S(getattr(metrics,cls)(**o))})
emit(P+'metrics/src/testing/keras-configs.ts','kerasConfigs','',[d for d in cfg if d['class'] in done])
# ---- schedules
sc=[('ExponentialDecay',[.1,10,.5],{}),('ExponentialDecay',[.1,10,.5],{'staircase':True}),('InverseTimeDecay',[.1,10,.5],{}),('InverseTimeDecay',[.1,10,.5],{'staircase':True}),('PolynomialDecay',[.1,20],{}),('PolynomialDecay',[.1,20],{'end_learning_rate':.01,'power':.5,'cycle':True}),('PiecewiseConstantDecay',[[5,12],[.1,.05,.01]],{}),('CosineDecay',[.1,25],{}),('CosineDecay',[.1,25],{'alpha':.2}),('CosineDecay',[0.,20],{'warmup_target':.1,'warmup_steps':8}),('CosineDecayRestarts',[.1,8],{}),('CosineDecayRestarts',[.1,8],{'t_mul':1.,'m_mul':.9,'alpha':.1}),('CosineDecayRestarts',[.1,8],{'t_mul':1.5,'m_mul':.8})]
out=[]
steps=[0,1,2,5,6,8,10,11,13,20,24,25,33,40]
for cls,a,o in sc:
    s=getattr(sch,cls)(*a,**o)
    out.append({'class':cls,'args':a,'options':opts(o),'steps':steps,'rates':[f(s(tf.constant(t))) for t in steps],'serialized':S(s)})
emit(P+'schedules/src/testing/keras-values.ts','kerasSchedules','',out)
# ---- optimizers
oc=[('SGD',{}),('SGD',{'momentum':.9}),('SGD',{'momentum':.9,'nesterov':True,'weight_decay':.01}),('SGD',{'clipnorm':.5}),('SGD',{'clipvalue':.2}),('SGD',{'global_clipnorm':.7}),('SGD',{'use_ema':True,'ema_momentum':.8,'ema_overwrite_frequency':2}),('SGD',{'gradient_accumulation_steps':2,'momentum':.5}),('SGD',{'loss_scale_factor':4.}),
('RMSprop',{}),('RMSprop',{'momentum':.9,'centered':True,'rho':.8}),('Adam',{}),('Adam',{'amsgrad':True,'learning_rate':.05}),('Adam',{'beta_1':.8,'beta_2':.95,'epsilon':1e-4}),('Adam',{'gradient_accumulation_steps':2}),('Nadam',{}),('Nadam',{'learning_rate':.05,'beta_1':.8}),('AdamW',{}),('Adagrad',{'learning_rate':.1}),('Adadelta',{'learning_rate':1.}),('Adamax',{'learning_rate':.01}),('Ftrl',{'learning_rate':.1}),('Ftrl',{'learning_rate':.1,'l1_regularization_strength':.01,'l2_regularization_strength':.02,'l2_shrinkage_regularization_strength':.03,'beta':.1}),('Lion',{}),('Lion',{'learning_rate':.01,'weight_decay':.1}),('Adam',{'learning_rate':('ExponentialDecay',[.1,2,.5])}),
('Adafactor',{}),('Adafactor',{'learning_rate':.5,'relative_step':False,'clip_threshold':.5,'beta_2_decay':-.6}),('Lamb',{}),('Lamb',{'learning_rate':.05,'weight_decay':.1}),('Muon',{}),('Muon',{'learning_rate':.02,'nesterov':False,'rms_rate':None,'weight_decay':None,'ns_steps':3}),('Muon',{'learning_rate':.01,'exclude_layers':['kern'],'adam_lr_ratio':.5})]
out=[]
start=[r(2,3),r(3)]; grads=[[r(2,3),r(3)] for _ in range(5)]
for cls,o in oc:
    keras.backend.clear_session()
    oo=dict(o); sched=None
    if isinstance(oo.get('learning_rate'),tuple): sched=oo['learning_rate']; oo['learning_rate']=getattr(sch,sched[0])(*sched[1])
    opt=getattr(optimizers,cls)(**oo); vs=[keras.Variable(s,name=n) for s,n in zip(start,('kernel','bias'))]
    steps_=[]
    for g in grads: opt.apply([tf.constant(q) for q in g],vs); steps_.append([f(v.numpy()) for v in vs])
    d={'class':cls,'options':opts({k:v for k,v in o.items() if k!='learning_rate' or sched is None}),'afterEach':steps_,'variables':[[v.name.split('/')[-1],list(v.shape)] for v in opt.variables],'state':[f(v.numpy()) for v in opt.variables],'serialized':S(opt)}
    if sched: d['schedule']=list(sched)
    out.append(d)
emit(P+'optimizers/src/testing/keras-values.ts','kerasOptimizers','',out)
open(P+'optimizers/src/testing/keras-values.ts','a').write('\n/** The weights all start from, and the gradients of the five steps. */\n// prettier-ignore\nexport const start = '+json.dumps([f(x) for x in start])+' as const;\n// prettier-ignore\nexport const gradients = '+json.dumps([[f(x) for x in g] for g in grads])+' as const;\n')
# ---- activations, regularizers, constraints
x=np.array([-8,-3,-2.5,-1,-.5,-.1,0,.1,.4,1,2,2.9,3,6,7.5],np.float32)
out=[]
for n in 'celu elu exponential gelu hard_shrink hard_sigmoid hard_silu hard_swish hard_tanh leaky_relu linear log_sigmoid log_softmax mish relu relu6 selu sigmoid silu soft_shrink softmax softplus softsign sparse_plus sparse_sigmoid sparsemax squareplus swish tanh tanh_shrink'.split():
    out.append({'name':n,'x':f(x),'y':f(keras.activations.get(n)(x[None])[0])})
x2=r(2,6); out.append({'name':'glu','x':f(x2),'y':f(keras.activations.glu(x2))})
emit(P+'layers/src/testing/keras-activations.ts','kerasActivations','',out)
k=r(4,3); k4=r(2,2,3,4)
out=[]
for cls,o,a in [('L1',{},k),('L2',{'l2':.3},k),('L1L2',{'l1':.1,'l2':.2},k),('OrthogonalRegularizer',{},k),('OrthogonalRegularizer',{'factor':.1,'mode':'columns'},k)]:
    R=getattr(keras.regularizers,cls)(**o); out.append({'class':cls,'options':opts(o),'x':f(a),'y':f(R(tf.constant(a))),'serialized':S(R)})
emit(P+'layers/src/testing/keras-regularizers.ts','kerasRegularizers','',out)
out=[]
for cls,o,a in [('MaxNorm',{'max_value':1.},k),('MaxNorm',{'max_value':1.5,'axis':[0,1,2]},k4),('NonNeg',{},k),('UnitNorm',{},k),('UnitNorm',{'axis':1},k),('MinMaxNorm',{'min_value':.5,'max_value':.9},k),('MinMaxNorm',{'min_value':.5,'max_value':.9,'rate':.4},k)]:
    R=getattr(keras.constraints,cls)(**o); out.append({'class':cls,'options':opts(o),'x':f(a),'y':f(R(tf.constant(a))),'serialized':S(R)})
emit(P+'layers/src/testing/keras-constraints.ts','kerasConstraints','',out)
ini=[]
for cls,o in [('Zeros',{}),('Ones',{}),('Constant',{'value':2.5}),('Identity',{}),('RandomNormal',{'mean':.5,'stddev':.1,'seed':1}),('RandomUniform',{}),('TruncatedNormal',{'stddev':2.}),('VarianceScaling',{'scale':2.,'mode':'fan_out','distribution':'uniform'}),('GlorotUniform',{}),('GlorotNormal',{'seed':7}),('HeNormal',{}),('HeUniform',{}),('LecunNormal',{}),('LecunUniform',{}),('Orthogonal',{'gain':2.})]:
    ini.append({'class':cls,'options':opts(o),'serialized':S(getattr(keras.initializers,cls)(**o))})
emit(P+'layers/src/testing/keras-initializers.ts','kerasInitializers','',ini)
# ---- layers
keras.backend.clear_session()
img=r(2,4,5,4); img4=r(2,4,4,4); seq=r(2,5,4); vol=r(1,3,4,3,2); mat=r(4,3)
lc=[('Dense',[5],{'activation':'elu'},mat),('Dense',[2],{'use_bias':False},r(2,3,4)),('Activation',['softmax'],{},mat),('Flatten',[],{},img),('Flatten',[],{'data_format':'channels_first'},img),('Reshape',[[2,-1]],{},img),
('Conv2D',[3,3],{},img),('Conv2D',[3,2],{'padding':'same','strides':2,'activation':'relu'},img),('Conv2D',[4,[1,3]],{'padding':'same','groups':2,'use_bias':False},img),('Conv2D',[2,2],{'dilation_rate':2},img),('Conv2D',[3,3],{'padding':'same','strides':[2,1]},img),('Conv1D',[3,3],{'padding':'causal'},seq),('Conv1D',[3,2],{'strides':2,'padding':'same'},seq),('Conv3D',[2,2],{},vol),
('MaxPooling2D',[],{},img),('MaxPooling2D',[],{'pool_size':3,'strides':2,'padding':'same'},img),('AveragePooling2D',[2],{'padding':'same'},img),('AveragePooling2D',[[2,3]],{'strides':1},img),('MaxPooling1D',[],{},seq),('AveragePooling1D',[3],{'strides':2},seq),('MaxPooling3D',[],{},vol),('AveragePooling3D',[2],{},vol),
('GlobalAveragePooling2D',[],{},img),('GlobalAveragePooling2D',[],{'keepdims':True,'data_format':'channels_first'},img),('GlobalMaxPooling2D',[],{},img),('GlobalAveragePooling1D',[],{},seq),('GlobalMaxPooling1D',[],{},seq),('GlobalAveragePooling3D',[],{},vol),('GlobalMaxPooling3D',[],{},vol),
('BatchNormalization',[],{},mat),('BatchNormalization',[],{'momentum':.9,'epsilon':.01,'scale':False},img),('BatchNormalization',[],{'axis':1,'center':False},img),('LayerNormalization',[],{},img),('LayerNormalization',[],{'axis':[1,2],'epsilon':1e-5},img),('LayerNormalization',[],{'scale':False,'center':False},mat),
('Dropout',[.5],{},mat),('AlphaDropout',[.2],{},mat),('ZeroPadding2D',[],{},img),('ZeroPadding2D',[],{'padding':[[1,0],[2,3]]},img),
('Concatenate',[],{},[mat,r(4,2)]),('Concatenate',[],{'axis':1},[r(2,3,2),r(2,1,2)]),('Add',[],{},[mat,r(4,3),r(4,1)]),('Subtract',[],{},[mat,r(4,3)]),('Multiply',[],{},[mat,r(4,3)]),('Average',[],{},[mat,r(4,3),r(4,3)]),('Maximum',[],{},[mat,r(4,3)]),('Minimum',[],{},[mat,r(4,3)]),('Add',[],{},[img,r(2,4)])]
out=[]
for cls,a,o,xx in lc:
    keras.backend.clear_session()
    L=getattr(layers,cls)(*a,**o); d={'class':cls,'args':a,'options':opts(o),'inputs':[f(q) for q in xx] if isinstance(xx,list) else f(xx),'several':isinstance(xx,list)}
    L(xx)
    ws=[np.abs(r(*v.shape))+.1 if 'variance' in v.name else r(*v.shape) for v in L.weights]; L.set_weights(ws)
    d['weights']=[{'name':v.name,'shape':list(v.shape),'value':f(q)} for v,q in zip(L.weights,ws)]
    d['output']=f(L(xx)); d['outputShape']=list(L(xx).shape)
    if cls=='BatchNormalization':
        d['trainingOutput']=f(L(xx,training=True)); d['weightsAfter']=[f(v.numpy()) for v in L.weights]
    d['serialized']=S(L)
    out.append(d)
emit(P+'layers/src/testing/keras-layers.ts','kerasLayers','',out)
cfg=[]
keras.backend.clear_session()
for cls,a,o in [('InputLayer',[],{'shape':[28,28]}),('InputLayer',[],{'shape':[3],'batch_size':4,'dtype':'int32','name':'ids'}),('Dense',[3],{'kernel_regularizer':'l2','bias_constraint':'non_neg','kernel_initializer':'he_normal','activity_regularizer':'l1','dtype':'mixed_bfloat16','name':'head','trainable':False})]:
    keras.backend.clear_session()
    cfg.append({'class':cls,'args':a,'options':opts(o),'serialized':S(getattr(layers,cls)(*a,**o))})
emit(P+'layers/src/testing/keras-layer-configs.ts','kerasLayerConfigs','',cfg)
# ---- more layers
lc=[('ReLU',[],{},mat),('ReLU',[],{'max_value':1.,'negative_slope':.1,'threshold':.2},mat),('LeakyReLU',[],{},mat),('ELU',[],{'alpha':.5},mat),('PReLU',[],{},mat),('PReLU',[],{'shared_axes':[1,2]},img),('Softmax',[],{},mat),('Softmax',[],{'axis':[1,2]},seq),
('Permute',[[2,1]],{},seq),('RepeatVector',[3],{},mat),('Cropping1D',[],{'cropping':[1,2]},seq),('Cropping2D',[],{'cropping':[[1,0],[2,1]]},img),('Cropping2D',[],{'cropping':1,'data_format':'channels_first'},img4),('Cropping3D',[],{},r(1,3,4,3,2)),('ZeroPadding1D',[],{'padding':[0,2]},seq),('ZeroPadding1D',[],{'data_format':'channels_first'},seq),('ZeroPadding3D',[],{'padding':[1,0,2]},vol),
('UpSampling1D',[],{'size':3},seq),('UpSampling2D',[],{},img),('UpSampling2D',[],{'size':[2,3],'interpolation':'bilinear'},img),('UpSampling3D',[],{},vol),
('Dot',[1],{},[mat,r(4,3)]),('Dot',[[2,1]],{'normalize':True},[r(2,3,4),r(2,4,2)]),('Dot',[-1],{},[r(2,3,4),r(2,5,4)]),
('Embedding',[7,3],{},np.array([[1,0,6],[2,2,5]],np.int32)),('Identity',[],{},mat),('Rescaling',[2.5],{'offset':-1.},mat),('Rescaling',[[1.,2.,3.]],{'offset':[0.,1.,2.]},mat),
('GaussianNoise',[.1],{},mat),('GaussianDropout',[.1],{},mat),('SpatialDropout1D',[.1],{},seq),('SpatialDropout2D',[.1],{},img),('SpatialDropout3D',[.1],{},vol),
('UnitNormalization',[],{},mat),('RMSNormalization',[],{},mat),('GroupNormalization',[],{'groups':2},img),('GroupNormalization',[],{'groups':-1,'epsilon':.01},seq),('GroupNormalization',[],{'groups':2,'axis':1,'scale':False},r(2,4,3,3)),('ActivityRegularization',[],{'l1':.1,'l2':.2},mat),
('Conv1DTranspose',[3,3],{'strides':2},seq),('Conv2DTranspose',[3,3],{'strides':2,'padding':'same'},img),('Conv2DTranspose',[2,[2,3]],{'strides':[3,2],'output_padding':[1,0],'activation':'tanh'},img),('Conv3DTranspose',[2,2],{'strides':2},vol),
('DepthwiseConv1D',[3],{'depth_multiplier':2},seq),('DepthwiseConv2D',[3],{'padding':'same','strides':2},img),('DepthwiseConv2D',[2],{'depth_multiplier':2,'dilation_rate':2},img),('SeparableConv1D',[5,3],{'padding':'same'},seq),('SeparableConv2D',[3,[3,2]],{'depth_multiplier':2,'activation':'relu'},img)]
out=[]
for cls,a,o,xx in lc:
    keras.backend.clear_session()
    L=getattr(layers,cls)(*a,**o); d={'class':cls,'args':a,'options':opts(o),'inputs':[f(q) for q in xx] if isinstance(xx,list) else f(xx),'several':isinstance(xx,list)}
    L(xx)
    ws=[r(*v.shape) for v in L.weights]; L.set_weights(ws)
    d['weights']=[{'name':v.name,'shape':list(v.shape),'value':f(q)} for v,q in zip(L.weights,ws)]
    d['output']=f(L(xx)); d['outputShape']=list(L(xx).shape); d['losses']=[f(q) for q in L.losses]
    d['serialized']=S(L)
    out.append(d)
emit(P+'layers/src/testing/keras-more-layers.ts','kerasMoreLayers','',out)
